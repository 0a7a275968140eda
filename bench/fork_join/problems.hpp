#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tandem::bench {

/// Threads that work on a problem.
inline constexpr int workers = 2;

/// fib(32), in the way that costs most. Below fib(16), a part is not cut up any more.
inline constexpr int whole_fib = 32;
inline constexpr int small_fib = 16;
std::uint64_t plain_fib(int n);

/// The sum of 10,000,000 numbers.
using Numbers = std::span<const std::uint32_t>;
inline constexpr std::size_t whole_sum = 10'000'000;
inline constexpr std::size_t small_sum = 10'000;
std::uint64_t plain_sum(Numbers numbers);

/// 1,000,000 numbers into order, by quicksort.
using Unsorted = std::span<std::uint32_t>;
inline constexpr std::size_t whole_sort = 1'000'000;
inline constexpr std::size_t small_sort = 2'000;
void plain_sort(Unsorted numbers);
/// What is not larger than the rest, what is equal to the one in between, is where it belongs; gives the other two parts.
struct Parted {
  Unsorted low, high;
};
Parted part(Unsorted numbers);

/// The same ones each time, in no order.
std::vector<std::uint32_t> random_numbers(std::size_t n);

}  // namespace tandem::bench
