#include "bench/fork_join/contenders.hpp"
#include "bench/fork_join/solved.hpp"

namespace tandem::bench {
namespace {

struct Solver {
  std::uint64_t fib(int n) { return n < small_fib ? plain_fib(n) : fib(n - 1) + fib(n - 2); }
  std::uint64_t sum(Numbers numbers) {
    if (numbers.size() <= small_sum) return plain_sum(numbers);
    const std::size_t half = numbers.size() / 2;
    return sum(numbers.first(half)) + sum(numbers.subspan(half));
  }
  void sort(Unsorted numbers) {
    if (numbers.size() <= small_sort) return plain_sort(numbers);
    const auto [low, high] = part(numbers);
    sort(low);
    sort(high);
  }
};

}  // namespace

double sequential(const Order& order) {
  Solver solver;
  return solved(order, solver);
}

}  // namespace tandem::bench
