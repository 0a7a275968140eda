#include "tandem/connection/luggage.hpp"

#include <stdexcept>
#include <utility>

#include "tandem/connection/wire.hpp"
#include "tandem/remote/archive.hpp"

namespace tandem::multiprocessing {

void Luggage::save(remote::OutputArchive& out) const {
  out(number, static_cast<std::uint32_t>(objects.size()));
  for (const auto& object : objects) out.attach(object);
}

void Luggage::load(remote::InputArchive& in) {
  std::uint32_t count = 0;
  in(number, count);
  for (; count > 0; --count) objects.push_back(in.detach_object());
}

std::uint64_t LuggageWay::send(const std::vector<std::shared_ptr<shared::Object>>& objects) {
  const std::uint64_t number = unique_number();
  queue_.put({number, objects});
  return number;
}

bool LuggageWay::find(std::uint64_t number) {
  while (!waiting_.contains(number)) {
    auto next = queue_.try_get();
    if (!next) return false;
    const std::uint64_t of = next->number;
    waiting_.emplace(of, *std::move(next));
  }
  return true;
}

std::vector<std::shared_ptr<shared::Object>> LuggageWay::take(std::uint64_t number) {
  if (!find(number)) {
    throw std::runtime_error("a message arrived without the shared objects that it speaks of: somebody else has taken them");
  }
  return std::move(waiting_.extract(number).mapped().objects);
}

void LuggageWay::drop(std::uint64_t number) {
  if (find(number)) waiting_.erase(number);
}

const Queue<Luggage>& LuggageWay::hand_on() {
  while (!waiting_.empty()) {
    queue_.put(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
  return queue_;
}

}  // namespace tandem::multiprocessing
