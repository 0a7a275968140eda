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

std::optional<std::uint64_t> LuggageWay::send(const std::vector<std::shared_ptr<shared::Object>>& objects, Deadline deadline,
                                              const std::stop_token& stop) {
  while (!to_take_back_.empty()) {
    if (!queue_.try_put({to_take_back_.back(), {}}, stop, deadline)) return std::nullopt;
    to_take_back_.pop_back();
  }
  const std::uint64_t number = unique_number();
  if (!queue_.try_put({number, objects}, stop, deadline)) return std::nullopt;
  return number;
}

void LuggageWay::take_back(std::uint64_t number) {
  if (!queue_.try_put({number, {}})) to_take_back_.push_back(number);
}

bool LuggageWay::find(std::uint64_t number) {
  while (!waiting_.contains(number)) {
    auto next = queue_.try_get();
    if (!next) return false;
    keep(*std::move(next));
  }
  return true;
}

// Two of one number come in any order: hand_on() puts back what came first.
void LuggageWay::keep(Luggage luggage) {
  const std::uint64_t number = luggage.number;
  if (const auto [other, is_first] = waiting_.try_emplace(number, std::move(luggage)); !is_first) waiting_.erase(other);
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
