#include <cstring>
#include <memory>

#include "bench/big_arguments/big_setting.hpp"
#include "bench/big_arguments/contenders.hpp"
#include "bench/support/shared/forked_processes.hpp"
#include "bench/support/shared/shared_futex.hpp"
#include "bench/support/shared/shared_memory.hpp"

namespace tandem::bench {
namespace {

/// Whose turn it is. Changed by the one whose turn it was, with release order, after what it wrote.
enum Turn : std::uint32_t { asker, answerer, nobody };

void wait_for(FutexWord& turn, std::uint32_t wanted) {
  for (std::uint32_t now = turn.load(std::memory_order_acquire); now != wanted && now != nobody;
       now = turn.load(std::memory_order_acquire)) {
    shared_futex_wait(turn, now);
  }
}

void pass_to(FutexWord& turn, std::uint32_t next) {
  turn.store(next, std::memory_order_release);
  shared_futex_wake(turn, 1);
}

void copy_out(const std::byte* from, std::size_t size) {
  const NewMemory taken = std::make_unique_for_overwrite<char[]>(size);
  std::memcpy(taken.get(), from, size);
  check_text(taken.get(), size, size);
}

void answer(FutexWord& turn, std::byte* place, const BigSetting& setting) {
  for (;;) {
    wait_for(turn, answerer);
    if (turn.load(std::memory_order_relaxed) == nobody) return;
    if (setting.is_argument) {
      copy_out(place, setting.size);
    } else {
      const std::string made = make_text(setting.size);
      std::memcpy(place, made.data(), made.size());
    }
    pass_to(turn, asker);
  }
}

}  // namespace

double shared_copy(const Order& order) {
  const BigSetting setting = BigSetting::of(order);
  const Shared<FutexWord> turn{std::in_place, std::uint32_t{asker}};
  const auto place = shared_memory(setting.size);
  ForkedProcesses child{order};
  child.start([=] { answer(*turn, place.get(), setting); });
  const std::string text = make_text(setting.size);
  const double figure = measure(order, [&] {
    if (setting.is_argument) std::memcpy(place.get(), text.data(), text.size());
    pass_to(*turn, answerer);
    wait_for(*turn, asker);
    if (!setting.is_argument) copy_out(place.get(), setting.size);
  });
  pass_to(*turn, nobody);
  child.join();
  return figure;
}

}  // namespace tandem::bench
