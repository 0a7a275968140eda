#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "bench/support/contender.hpp"
#include "bench/support/shared/process_crew.hpp"

/// What bench/semaphore/exercise.hpp does with threads, with processes. Semaphore is a handle, is made with the number of its
/// permits, and has acquire() and release().
namespace tandem::bench {

/// Figure: acquire and release, while nobody waits.
template <class Semaphore>
double alone(const Order& order, Semaphore semaphore) {
  constexpr int batch = 1'000;
  return measure(order, batch, [&] {
    for (int i = 0; i < batch; ++i) {
      semaphore.acquire();
      semaphore.release();
    }
  });
}

template <class Semaphore>
std::uint64_t answer(ProcessSeat& seat, Semaphore pings, Semaphore pongs) {
  for (;;) {
    pongs.acquire();
    if (!seat.goes_on()) return 0;
    pings.release();
    seat.did_one();
  }
}

/// Figure: a permit there and one back.
template <class Semaphore, class Processes>
double there_and_back(const Order& order, ProcessCrew<Processes>& crew) {
  constexpr int batch = 20;
  Semaphore pings{0};
  Semaphore pongs{0};
  ProcessSeat& other = crew.template add<&answer<Semaphore>>(pings, pongs);
  crew.begin();
  const double figure = measure(order, batch, [&] {
    for (int i = 0; i < batch; ++i) {
      pongs.release();
      pings.acquire();
    }
  });
  other.stop();
  pongs.release();
  crew.join();
  return figure;
}

/// Measures what the setting asks for.
template <class Semaphore, class Processes>
double share(const Order& order) {
  ProcessCrew<Processes> crew{order};
  if (order.setting == "uncontended") return alone(order, Semaphore{1});
  if (order.setting == "ping_pong") return there_and_back<Semaphore>(order, crew);
  throw std::invalid_argument("'" + std::string{order.setting} + "' is neither uncontended nor ping_pong");
}

}  // namespace tandem::bench
