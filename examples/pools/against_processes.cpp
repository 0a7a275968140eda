// 100 tasks: a pool, which makes its few processes once, against a process for each task. Each does it five times, in turns, and
// its best time counts: on a busy machine a single one says more about what else is running there.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <ranges>
#include <vector>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace mp = tandem::multiprocessing;

int func(int num) { return num + 1; }
void put_func(int num, mp::Queue<int> results) { results.put(func(num)); }

int sum_by_pool() {
  // Of the fork server's processes, whatever the others are: a pool cannot fork.
  auto pool = mp::get_context<"forkserver">().Pool(mp::cpu_count() + 1);
  const std::vector<int> results = pool.map(func, std::views::iota(0, 100));
  pool.close();
  pool.join();
  return std::reduce(results.begin(), results.end());
}

int sum_by_processes() {
  mp::Queue<int> results;
  std::vector<mp::Process> processes;
  for (int num = 0; num < 100; ++num) processes.push_back(mp::Process::started(put_func, num, results));
  for (const mp::Process& process : processes) process.join();
  int sum = 0;
  for (int i = 0; i < 100; ++i) sum += results.get();
  return sum;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);  // forkserver (which is the default), spawn or fork: all print the same
  auto by_pool = Clock::duration::max(), by_processes = Clock::duration::max();
  for (int round = 0; round < 5; ++round) {
    const auto begin = Clock::now();
    const int pool = sum_by_pool();
    const auto between = Clock::now();
    const int processes = sum_by_processes();
    by_pool = std::min(by_pool, between - begin);
    by_processes = std::min(by_processes, Clock::now() - between);
    std::printf("sums: %d and %d\n", pool, processes);
  }
  std::printf("pool: %ld us, processes: %ld us\n", by_pool / 1us, by_processes / 1us);
  std::printf("faster: the %s\n", by_pool < by_processes ? "pool" : "processes");
}
// Output:
//   sums: 5050 and 5050
//   sums: 5050 and 5050
//   sums: 5050 and 5050
//   sums: 5050 and 5050
//   sums: 5050 and 5050
//   pool: {number} us, processes: {number} us
//   faster: the {...}
