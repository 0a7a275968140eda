#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include "bench/fork_join/contenders.hpp"
#include "bench/fork_join/solved.hpp"

namespace tandem::bench {
namespace {

class Solver {
 public:
  std::uint64_t fib(int n) {
    return arena_.execute([&] { return fib_part(n); });
  }
  std::uint64_t sum(Numbers numbers) {
    return arena_.execute([&] { return sum_part(numbers); });
  }
  void sort(Unsorted numbers) {
    arena_.execute([&] { sort_part(numbers); });
  }

 private:
  std::uint64_t fib_part(int n) {
    if (n < small_fib) return plain_fib(n);
    std::uint64_t left = 0;
    tbb::task_group group;
    group.run([&, n] { left = fib_part(n - 1); });
    const std::uint64_t right = fib_part(n - 2);
    group.wait();
    return left + right;
  }
  std::uint64_t sum_part(Numbers numbers) {
    if (numbers.size() <= small_sum) return plain_sum(numbers);
    const std::size_t half = numbers.size() / 2;
    std::uint64_t left = 0;
    tbb::task_group group;
    group.run([&, numbers, half] { left = sum_part(numbers.first(half)); });
    const std::uint64_t right = sum_part(numbers.subspan(half));
    group.wait();
    return left + right;
  }
  void sort_part(Unsorted numbers) {
    if (numbers.size() <= small_sort) return plain_sort(numbers);
    const auto [low, high] = part(numbers);
    tbb::task_group group;
    group.run([this, part = low] { sort_part(part); });
    sort_part(high);
    group.wait();
  }

  tbb::global_control room_{tbb::global_control::max_allowed_parallelism, workers};
  tbb::task_arena arena_{workers};
};

}  // namespace

double tbb_group(const Order& order) {
  Solver solver;
  return solved(order, solver);
}

}  // namespace tandem::bench
