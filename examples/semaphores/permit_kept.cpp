// What happens if permits are taken and not given back: those who come later wait, in Python for ever. Here they give up in the
// end, and a guard shows how not to forget: it gives back on each way out.
// Python: a second semaphore.acquire() in fun() without a release(): "thread 1 is running", and nothing more.
#include <chrono>
#include <cstdio>
#include <functional>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

void forgetful(Semaphore& semaphore, int num) {
  if (!semaphore.acquire(100ms) || !semaphore.acquire(100ms)) {
    std::printf("Thread %d waited in vain.\n", num);
    return;
  }
  std::printf("Thread %d is running, and keeps two permits.\n", num);
}

void careful(Semaphore& semaphore, int num) {
  std::scoped_lock permit{semaphore};
  std::printf("Thread %d is running.\n", num);
}

void run_four(void (*fun)(Semaphore&, int), Semaphore& semaphore) {
  for (int num = 1; num <= 4; ++num) {
    Thread thread{fun, std::ref(semaphore), num};
    thread.start();
    thread.join();
  }
}

int main() {
  Semaphore semaphore{2};
  run_four(forgetful, semaphore);
  semaphore.release(2);  // a permit has no owner: anybody may give back what a thread forgot
  run_four(careful, semaphore);
}
// Output:
//   Thread 1 is running, and keeps two permits.
//   Thread 2 waited in vain.
//   Thread 3 waited in vain.
//   Thread 4 waited in vain.
//   Thread 1 is running.
//   Thread 2 is running.
//   Thread 3 is running.
//   Thread 4 is running.
