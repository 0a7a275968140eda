// What a pool of processes is for: a task that crashes its worker fails alone. In Python it takes the pool along, and all tasks
// with it (BrokenProcessPool); multiprocessing.Pool even waits for ever.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ranges>
#include <vector>

#include <tandem/futures.hpp>
#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int task(int number) {
  if (number == 2) std::raise(SIGSEGV);
  if (number == 4) std::exit(3);
  return number * number;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Pool pool{2};
  std::vector<mp::AsyncResult<int>> results;
  for (int number = 1; number <= 5; ++number) results.push_back(pool.apply_async(task, number));
  for (const auto& result : results) {
    try {
      std::printf("%d\n", result.get());
    } catch (const tandem::futures::WorkerCrashed& crash) {
      std::printf("signal %d, exit code %d\n", crash.signal().value_or(0), crash.exit_code().value_or(0));
    }
  }
  std::printf("the pool goes on: %d\n", pool.apply(task, 6));
}
// Output:
//   1
//   signal 11, exit code 0
//   9
//   signal 0, exit code 3
//   25
//   the pool goes on: 36
