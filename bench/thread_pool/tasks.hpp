#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// Threads in each pool.
inline constexpr int workers = 2;
/// Tasks in flight with the setting "many".
inline constexpr int in_flight = 10'000;

inline void check_result(int expected, int result) {
  if (result != expected) throw std::runtime_error("a task gave another result than its own");
}

/// Figure: one task. `submit(int)` hands a task over that returns its number and gives a future of that; `get(future)` waits for
/// it.
template <class Submit, class Get>
double tasks(const Order& order, Submit submit, Get get) {
  if (order.setting == "one") {
    return measure(order, 100, [&] {
      for (int i = 0; i < 100; ++i) check_result(i, get(submit(i)));
    });
  }
  if (order.setting != "many") throw std::invalid_argument("'" + std::string{order.setting} + "' is neither one nor many");
  std::vector<decltype(submit(0))> futures;
  futures.reserve(in_flight);
  return measure(order, in_flight, [&] {
    futures.clear();
    for (int i = 0; i < in_flight; ++i) futures.push_back(submit(i));
    for (int i = 0; i < in_flight; ++i) check_result(i, get(std::move(futures[static_cast<std::size_t>(i)])));
  });
}

/// The same for those whose futures are the standard library's.
template <class Submit>
double std_tasks(const Order& order, Submit submit) {
  return tasks(order, std::move(submit), [](auto future) { return future.get(); });
}

}  // namespace tandem::bench
