// 23 tasks for 5 workers, which are processes or threads: what runs them is written once, over the concept Executor. Python: "duck
// typing", where only the name of the class differs.
#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>
#include <vector>

#include <tandem/futures.hpp>
#include <tandem/multiprocessing.hpp>
#include <tandem/threading.hpp>

using namespace tandem::futures;
namespace mp = tandem::multiprocessing;

using Worker = std::pair<int, int>;  // process and thread, by their ids

// Some work: counts the primes below a number that grows with the task's.
std::pair<int, Worker> task(int number) {
  int primes = 0;
  for (int n = 2; n < 1000 * number; ++n) {
    int divisor = 2;
    while (divisor * divisor <= n && n % divisor != 0) ++divisor;
    if (divisor * divisor > n) ++primes;
  }
  return {primes, {mp::current_process().pid(), static_cast<int>(tandem::threading::get_native_id())}};
}

template <Executor Ex>
void run(const char* kind, Ex& pool) {
  std::vector<Future<std::pair<int, Worker>>> tasks;
  for (int number = 1; number <= 23; ++number) tasks.push_back(pool.submit(task, number));
  pool.shutdown();  // takes no more, and waits for all

  std::set<Worker> workers;
  for (const auto& done : tasks) workers.insert(done.result().second);
  const auto here = std::ranges::count(workers, mp::current_process().pid(), &Worker::first);
  std::printf("%s: %zu tasks, the last one found %d primes\n", kind, tasks.size(), tasks.back().result().first);
  std::printf("%s: %s workers, %s of them in this process\n", kind, workers.size() <= 5 ? "5 or fewer" : "too many",
              here == 0 ? "none" : "all");
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  ProcessPoolExecutor processes{5};  // without a number: one for each processor
  run("processes", processes);
  ThreadPoolExecutor threads{5};  // without a number: four more than processors
  run("threads", threads);
}
// Output:
//   processes: 23 tasks, the last one found 2564 primes
//   processes: 5 or fewer workers, none of them in this process
//   threads: 23 tasks, the last one found 2564 primes
//   threads: 5 or fewer workers, all of them in this process
