// as_completed() gives futures as they become done, whatever the order in which they were submitted.
#include <chrono>
#include <cstdio>
#include <vector>

#include <tandem/futures.hpp>
#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
using namespace tandem::futures;
namespace mp = tandem::multiprocessing;

int cook(int minutes, mp::Event done) {
  done.wait();
  return minutes;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  ProcessPoolExecutor pool{3};
  std::vector<mp::Event> bells(3);
  std::vector<Future<int>> dishes;
  for (int i = 0; i < 3; ++i) dishes.push_back(pool.submit(cook, 30 - 10 * i, bells[static_cast<std::size_t>(i)]));

  std::size_t next = bells.size();
  bells[--next].set();  // the one that was begun last is done first
  for (const auto& dish : as_completed(dishes)) {
    std::printf("ready after %d minutes\n", dish.result());
    if (next > 0) bells[--next].set();
  }

  const mp::Event never;
  dishes.push_back(pool.submit(cook, 40, never));
  try {
    for (const auto& dish : as_completed(dishes, 50ms)) std::printf("ready: %d\n", dish.result());
  } catch (const tandem::TimeoutError& error) {
    std::printf("%s\n", error.what());
  }
  pool.kill_workers();  // or its destructor would wait
}
// Output:
//   ready after 10 minutes
//   ready after 20 minutes
//   ready after 30 minutes
// Output, in any order:
//   ready: 30
//   ready: 20
//   ready: 10
// Output:
//   1 (of 4) futures unfinished
