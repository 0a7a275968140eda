// 10000 calls in a pool of five processes: apply() waits for each, apply_async() gives an AsyncResult whose get() does.
// Python: pool.apply(func, args=(i,)) and pool.apply_async(func, args=(i,)). Here the arguments just follow.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace mp = tandem::multiprocessing;

int func(int num) { return num + 1; }

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Pool pool{5};  // without a number: one for each processor
  auto begin = Clock::now();
  long sum = 0;
  for (int i = 0; i < 10000; ++i) sum += pool.apply(func, i);
  std::printf("apply: %ld after %ld us\n", sum, (Clock::now() - begin) / 1us);

  begin = Clock::now();
  std::vector<mp::AsyncResult<int>> all;
  for (int i = 0; i < 10000; ++i) all.push_back(pool.apply_async(func, i));
  try {
    pool.join();
  } catch (const std::logic_error& error) {
    std::printf("refused: %s\n", error.what());
  }
  pool.close();  // no more tasks
  pool.join();   // until all are done
  sum = 0;
  for (const auto& one : all) sum += one.get();
  std::printf("apply_async: %ld after %ld us\n", sum, (Clock::now() - begin) / 1us);

  try {
    pool.apply(func, 1);
  } catch (const std::logic_error& error) {
    std::printf("refused: %s\n", error.what());
  }
}
// Output:
//   apply: 50005000 after {number} us
//   refused: Pool::join: the pool still takes work: call close() or terminate() first
//   apply_async: 50005000 after {number} us
//   refused: Pool::apply: the pool was closed and takes no more work: make a new one
