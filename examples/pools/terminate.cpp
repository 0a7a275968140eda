// terminate() closes the pool at once, whether the tasks are done or not.
#include <cstdio>

#include <tandem/futures.hpp>
#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void endless(mp::Event begun, mp::Event never) {
  begun.set();
  never.wait();
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Pool pool{1};
  mp::Event begun, never;
  const auto running = pool.apply_async(endless, begun, never);
  const auto waiting = pool.apply_async(endless, begun, never);
  begun.wait();
  pool.terminate();
  pool.join();
  try {
    running.get();
  } catch (const tandem::futures::WorkerCrashed& crash) {
    std::printf("running: %s\n", crash.what());
  }
  try {
    waiting.get();
  } catch (const tandem::futures::CancelledError& error) {
    std::printf("waiting: %s\n", error.what());
  }
}
// Output:
//   running: task '1' was ended with worker {number} by Pool::terminate(): SIGKILL
//   waiting: the future was cancelled
