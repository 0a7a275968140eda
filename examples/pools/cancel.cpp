// cancel() is for what has not begun; what runs, or is done, goes its way. With shutdown(wait, cancel_futures) all are cancelled
// that can be.
#include <cstdio>
#include <vector>

#include <tandem/futures.hpp>
#include <tandem/multiprocessing.hpp>

using namespace tandem::futures;
namespace mp = tandem::multiprocessing;

int work(int number, mp::Event begun, mp::Event go) {
  begun.set();
  go.wait();
  return number;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Event begun, go;
  ProcessPoolExecutor pool{1};
  std::vector<Future<int>> all;
  for (int number = 0; number < 4; ++number) all.push_back(pool.submit(work, number, begun, go));
  begun.wait();
  std::printf("0, which runs: running %d, cancel %d\n", all[0].running(), all[0].cancel());
  std::printf("1, which waits: running %d, cancel %d\n", all[1].running(), all[1].cancel());
  go.set();
  all[2].wait();
  std::printf("2, which is done: cancel %d, result %d\n", all[2].cancel(), all[2].result());
  pool.shutdown();
  try {
    all[1].result();
  } catch (const CancelledError& error) {
    std::printf("1: %s\n", error.what());
  }

  mp::Event begun_again, never_yet;
  ProcessPoolExecutor other{1};
  const auto running = other.submit(work, 5, begun_again, never_yet);
  const auto waiting = other.submit(work, 6, begun_again, never_yet);
  begun_again.wait();
  other.shutdown(false, true);  // does not wait, and cancels
  std::printf("5: cancelled %d; 6: cancelled %d\n", running.cancelled(), waiting.cancelled());
  never_yet.set();
  std::printf("5: %d\n", running.result());
}
// Output:
//   0, which runs: running 1, cancel 0
//   1, which waits: running 0, cancel 1
//   2, which is done: cancel 0, result 2
//   1: the future was cancelled
//   5: cancelled 0; 6: cancelled 1
//   5: 5
