// Asynchronous: all tasks are given out at once, and run as workers become free; the results are collected afterwards, in the order
// of the tasks.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <tandem/futures.hpp>

using namespace std::chrono_literals;
using namespace tandem::futures;

std::string task(int number) {
  std::printf("task %d is running\n", number);
  std::this_thread::sleep_for(number % 3 * 5ms);
  return "task " + std::to_string(number) + " finished";
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  ProcessPoolExecutor pool{4};
  std::vector<Future<std::string>> results;
  for (int number = 0; number < 10; ++number) results.push_back(pool.submit(task, number));

  pool.shutdown();  // waits for all; without it result() would wait for each
  try {
    pool.submit(task, 10);
  } catch (const std::logic_error& error) {
    std::printf("refused: %s\n", error.what());
  }
  for (const auto& result : results) std::printf("%s\n", result.result().c_str());
}
// Output, in any order:
//   task 0 is running
//   task 1 is running
//   task 2 is running
//   task 3 is running
//   task 4 is running
//   task 5 is running
//   task 6 is running
//   task 7 is running
//   task 8 is running
//   task 9 is running
// Output:
//   refused: ProcessPoolExecutor::submit after shutdown(): it takes no more work
//   task 0 finished
//   task 1 finished
//   task 2 finished
//   task 3 finished
//   task 4 finished
//   task 5 finished
//   task 6 finished
//   task 7 finished
//   task 8 finished
//   task 9 finished
