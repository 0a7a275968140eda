#include "bench/support/bare_futex.hpp"

#include <thread>

#include "bench/condition/contenders.hpp"

namespace tandem::bench {
namespace {

constexpr std::uint32_t ping = 0, pong = 1, over = 2;  // whose turn it is

void give(FutexWord& turn, std::uint32_t to) {
  turn.store(to, std::memory_order_release);
  futex_wake(turn, 1);
}
/// Gives whose turn it is instead.
std::uint32_t wait_while(FutexWord& turn, std::uint32_t whose) {
  for (;;) {
    if (const std::uint32_t now = turn.load(std::memory_order_acquire); now != whose) return now;
    futex_wait(turn, whose);
  }
}

}  // namespace

double bare_futex(const Order& order) {
  constexpr int batch = 20;
  FutexWord turn{ping};
  std::thread other{[&] {
    while (wait_while(turn, ping) != over) give(turn, ping);
  }};
  const double figure = measure(order, batch, [&] {
    for (int i = 0; i < batch; ++i) {
      give(turn, pong);
      wait_while(turn, pong);
    }
  });
  give(turn, over);
  other.join();
  return figure;
}

}  // namespace tandem::bench
