#pragma once

#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/support/contender.hpp"

namespace tandem::bench {

enum class Turn { ping, pong, over };

/// Which of two conditions wakes the one whose turn it becomes. With "shared" there is one only, on which never more than one
/// waits.
inline bool one_for_both(const Order& order) {
  if (order.setting == "shared") return true;
  if (order.setting == "each") return false;
  throw std::invalid_argument("'" + std::string{order.setting} + "' is neither each nor shared");
}

/// Figure: from ping to pong and back to ping. `wait(condition, hold, predicate)` and `notify(condition)` are called under the
/// lock.
template <class Mutex, class Condition, class Wait, class Notify>
double ping_pong(const Order& order, Mutex& mutex, Condition& pings, Condition& pongs, Wait wait, Notify notify) {
  constexpr int batch = 20;
  Turn turn = Turn::ping;
  std::thread pong{[&] {
    std::unique_lock hold{mutex};
    for (;;) {
      wait(pongs, hold, [&] { return turn != Turn::ping; });
      if (turn == Turn::over) return;
      turn = Turn::ping;
      notify(pings);
    }
  }};
  const double figure = measure(order, batch, [&] {
    std::unique_lock hold{mutex};
    for (int i = 0; i < batch; ++i) {
      turn = Turn::pong;
      notify(pongs);
      wait(pings, hold, [&] { return turn == Turn::ping; });
    }
  });
  {
    const std::unique_lock hold{mutex};
    turn = Turn::over;
    notify(pongs);
  }
  pong.join();
  return figure;
}

}  // namespace tandem::bench
