#pragma once

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// Figure: acquire and release, while nobody waits. A second thread sleeps, as in the question about locks.
template <class Semaphore>
double uncontended(const Order& order) {
  constexpr int batch = 1'000;
  Semaphore semaphore{1};
  Semaphore over{0};
  std::thread other{[&] { over.acquire(); }};
  const double figure = measure(order, batch, [&] {
    for (int i = 0; i < batch; ++i) {
      semaphore.acquire();
      semaphore.release();
    }
  });
  over.release();
  other.join();
  return figure;
}

/// Figure: a permit there and one back.
template <class Semaphore>
double ping_pong(const Order& order) {
  constexpr int batch = 20;
  Semaphore pings{0};
  Semaphore pongs{0};
  std::atomic<bool> over{false};
  std::thread other{[&] {
    for (;;) {
      pongs.acquire();
      if (over.load(std::memory_order_relaxed)) return;
      pings.release();
    }
  }};
  const double figure = measure(order, batch, [&] {
    for (int i = 0; i < batch; ++i) {
      pongs.release();
      pings.acquire();
    }
  });
  over.store(true, std::memory_order_relaxed);
  pongs.release();
  other.join();
  return figure;
}

/// Measures what the setting asks for. Semaphore is made with the number of its permits, and has acquire() and release().
template <class Semaphore>
double exercise(const Order& order) {
  if (order.setting == "uncontended") return uncontended<Semaphore>(order);
  if (order.setting == "ping_pong") return ping_pong<Semaphore>(order);
  throw std::invalid_argument("'" + std::string{order.setting} + "' is neither uncontended nor ping_pong");
}

}  // namespace tandem::bench
