#include "bench/fork_join/contenders.hpp"
#include "bench/fork_join/solved.hpp"
#include "tandem/futures.hpp"

namespace tandem::bench {
namespace {

class Solver {
 public:
  std::uint64_t fib(int n) {
    return pool_.submit([this, n] { return fib_part(n); }).result();
  }
  std::uint64_t sum(Numbers numbers) {
    return pool_.submit([this, numbers] { return sum_part(numbers); }).result();
  }
  void sort(Unsorted numbers) {
    pool_.submit([this, numbers] { sort_part(numbers); }).result();
  }

 private:
  std::uint64_t fib_part(int n) {
    if (n < small_fib) return plain_fib(n);
    const auto left = pool_.submit([this, n] { return fib_part(n - 1); });
    const std::uint64_t right = fib_part(n - 2);
    return left.result() + right;
  }
  std::uint64_t sum_part(Numbers numbers) {
    if (numbers.size() <= small_sum) return plain_sum(numbers);
    const std::size_t half = numbers.size() / 2;
    const auto left = pool_.submit([this, numbers, half] { return sum_part(numbers.first(half)); });
    const std::uint64_t right = sum_part(numbers.subspan(half));
    return left.result() + right;
  }
  void sort_part(Unsorted numbers) {
    if (numbers.size() <= small_sort) return plain_sort(numbers);
    const auto [low, high] = part(numbers);
    const auto left = pool_.submit([this, part = low] { sort_part(part); });
    sort_part(high);
    left.result();
  }

  futures::ThreadPoolExecutor pool_{workers};
};

}  // namespace

double tandem_pool(const Order& order) {
  Solver solver;
  return solved(order, solver);
}

}  // namespace tandem::bench
