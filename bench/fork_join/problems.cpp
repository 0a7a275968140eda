#include "bench/fork_join/problems.hpp"

#include <algorithm>
#include <numeric>
#include <random>

namespace tandem::bench {

std::uint64_t plain_fib(int n) { return n < 2 ? static_cast<std::uint64_t>(n) : plain_fib(n - 1) + plain_fib(n - 2); }

std::uint64_t plain_sum(Numbers numbers) { return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0}); }

void plain_sort(Unsorted numbers) { std::sort(numbers.begin(), numbers.end()); }

Parted part(Unsorted numbers) {
  const std::uint32_t a = numbers.front();
  const std::uint32_t b = numbers[numbers.size() / 2];
  const std::uint32_t c = numbers.back();
  const std::uint32_t pivot = std::max(std::min(a, b), std::min(std::max(a, b), c));
  const auto middle = std::partition(numbers.begin(), numbers.end(), [=](std::uint32_t n) { return n < pivot; });
  const auto high = std::partition(middle, numbers.end(), [=](std::uint32_t n) { return n == pivot; });
  return {Unsorted{numbers.begin(), middle}, Unsorted{high, numbers.end()}};
}

std::vector<std::uint32_t> random_numbers(std::size_t n) {
  std::mt19937 random{1};
  std::vector<std::uint32_t> numbers(n);
  std::ranges::generate(numbers, random);
  return numbers;
}

}  // namespace tandem::bench
