// A BoundedSemaphore refuses to be released more often than it was acquired; a plain Semaphore just grows.
// Python: semaphore = threading.BoundedSemaphore(3), and one release() too many: ValueError: Semaphore released too many times
#include <cstdio>
#include <deque>
#include <stdexcept>

#include <tandem/threading.hpp>

using namespace tandem::threading;

template <class AnySemaphore>
int permits(AnySemaphore& semaphore) {  // counts them by taking all, and gives them back
  int count = 0;
  while (semaphore.acquire(false)) ++count;
  if (count > 0) semaphore.release(count);
  return count;
}

int main() {
  BoundedSemaphore bounded{3};
  std::deque<Thread> threads;
  for (int num = 0; num < 4; ++num) {
    threads
        .emplace_back([&bounded, num] {
          bounded.acquire();
          std::printf("Thread %d is running.\n", num);
          bounded.release();
        })
        .start();
  }
  for (Thread& thread : threads) thread.join();
  try {
    bounded.release();
  } catch (const std::invalid_argument& error) {
    std::printf("%s\n", error.what());
  }
  std::printf("the bounded one still has %d permits\n", permits(bounded));

  Semaphore plain{3};
  plain.release();
  std::printf("the plain one now has %d permits\n", permits(plain));
}
// Output, in any order:
//   Thread 0 is running.
//   Thread 1 is running.
//   Thread 2 is running.
//   Thread 3 is running.
// Output:
//   BoundedSemaphore::release: more than its initial value of 3; release only what was acquired
//   the bounded one still has 3 permits
//   the plain one now has 4 permits
