// A program with a busy pool, to be interrupted by pain_17_ctrl_c.py.

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tandem/base/errors.hpp"
#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"

namespace {

using tandem::futures::ProcessPoolExecutor;

int work() {
  std::this_thread::sleep_for(std::chrono::minutes{10});
  return 0;
}

/// The driver waits for this line.
void busy() {
  std::puts("busy");
  std::fflush(stdout);
}

void in_result() {
  ProcessPoolExecutor pool{2};
  auto first = pool.submit(work);
  for (int i = 0; i < 20; ++i) pool.submit(work);
  busy();
  first.result();
}

void in_the_destructor() {
  ProcessPoolExecutor pool{2};
  for (int i = 0; i < 20; ++i) pool.submit(work);
  busy();
}

void in_map() {
  ProcessPoolExecutor pool{2};
  busy();
  for (const int n : pool.map([](int) { return work(); }, std::vector<int>(100))) std::printf("%d\n", n);
}

void in_join() {
  tandem::multiprocessing::Process process{work};
  process.start();
  busy();
  process.join();
}

void goes_on() {
  ProcessPoolExecutor pool{2};
  auto first = pool.submit(work);
  busy();
  try {
    first.result();
  } catch (const tandem::KeyboardInterrupt&) {
    std::puts("caught");
  }
  pool.kill_workers();
  std::printf("%d\n", pool.submit([] { return 42; }).result());
}

}  // namespace

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  const std::string where = argc > 1 ? argv[1] : "";
  if (where == "result") in_result();
  if (where == "destructor") in_the_destructor();
  if (where == "map") in_map();
  if (where == "join") in_join();
  if (where == "goes-on") goes_on();
  return 0;
}
