// A program with a busy pool, to be interrupted by pain_17_ctrl_c.py.

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tandem/base/errors.hpp"
#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/pool.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/thread_pool.hpp"
#include "tests/support/under_sanitizer.hpp"

namespace {

namespace mp = tandem::multiprocessing;
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
  mp::Process process{work};
  process.start();
  busy();
  process.join();
}

void in_map_of_a_pool() {
  mp::Pool pool{2};
  busy();
  for (const int n : pool.map([](int) { return work(); }, std::vector<int>(100))) std::printf("%d\n", n);
}

void in_join_of_a_pool() {
  mp::Pool pool{2};
  for (int i = 0; i < 20; ++i) pool.apply_async(work);
  pool.close();
  busy();
  pool.join();
}

void in_map_of_a_pool_of_threads() {
  mp::ThreadPool pool{2};
  busy();
  for (const int n : pool.map([](int) { return work(); }, std::vector<int>(100))) std::printf("%d\n", n);
}

/// What runs in a process is ended, and what has not begun is given up.
void caught_outside_a_pool() {
  try {
    in_map_of_a_pool();
  } catch (const tandem::KeyboardInterrupt&) {
    std::puts("caught");
  }
}

/// What runs in a thread comes to its end, and that is short; there is work for an hour, or a tenth of that
/// where a sanitizer makes it ten times as long to cancel.
void caught_outside_a_pool_of_threads() {
  try {
    mp::ThreadPool pool{2};
    auto all = pool.map_async(
        [](int n) {
          std::this_thread::sleep_for(std::chrono::milliseconds{20});
          return n;
        },
        std::vector<int>(tandem::test::under_sanitizer ? 36'000 : 360'000), 1);
    busy();
    all.get();
  } catch (const tandem::KeyboardInterrupt&) {
    std::puts("caught");
  }
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
  if (where == "pool-map") in_map_of_a_pool();
  if (where == "pool-join") in_join_of_a_pool();
  if (where == "threads-map") in_map_of_a_pool_of_threads();
  if (where == "pool-caught") caught_outside_a_pool();
  if (where == "threads-caught") caught_outside_a_pool_of_threads();
  if (where == "goes-on") goes_on();
  return 0;
}
