// Synchronous: each task is given out when the result of the one before it is there. Four workers, and only one of them is busy.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

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
  for (int number = 0; number < 10; ++number) std::printf("%s\n", pool.submit(task, number).result().c_str());
}
// Output:
//   task 0 is running
//   task 0 finished
//   task 1 is running
//   task 1 finished
//   task 2 is running
//   task 2 finished
//   task 3 is running
//   task 3 finished
//   task 4 is running
//   task 4 finished
//   task 5 is running
//   task 5 finished
//   task 6 is running
//   task 6 finished
//   task 7 is running
//   task 7 finished
//   task 8 is running
//   task 8 finished
//   task 9 is running
//   task 9 finished
