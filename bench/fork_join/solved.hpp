#pragma once

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>

#include "bench/fork_join/problems.hpp"
#include "bench/support/contender.hpp"

namespace tandem::bench {

inline void check_solution(bool right) {
  if (!right) throw std::runtime_error("a problem came out wrong");
}

/// Measures the problem that the order names. Solver has fib(n), sum(numbers) and sort(numbers), for the whole.
template <class Solver>
double solved(const Order& order, Solver& solver) {
  if (order.setting == "fib") {
    return measure(order, [&] { check_solution(solver.fib(whole_fib) == 2'178'309); });
  }
  if (order.setting == "sum") {
    const auto numbers = random_numbers(whole_sum);
    const auto expected = plain_sum(numbers);
    return measure(order, [&] { check_solution(solver.sum(numbers) == expected); });
  }
  if (order.setting != "sort") throw std::invalid_argument("'" + std::string{order.setting} + "' is none of fib, sum and sort");
  const auto numbers = random_numbers(whole_sort);
  auto sorted = numbers;
  return measure_laps(order, [&] {
    std::ranges::copy(numbers, sorted.begin());
    const auto begin = std::chrono::steady_clock::now();
    solver.sort(sorted);
    const auto took = std::chrono::steady_clock::now() - begin;
    check_solution(std::ranges::is_sorted(sorted));
    return took;
  });
}

}  // namespace tandem::bench
