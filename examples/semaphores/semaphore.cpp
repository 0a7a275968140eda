// A semaphore of 2 lets two threads in at a time, of six that want to; the others wait until one comes out.
// Python: semaphore = threading.Semaphore(2); in fun(): semaphore.acquire(); print(...); time.sleep(3); semaphore.release()
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <thread>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

Semaphore seats{2};
Lock counting;
int inside = 0, most = 0;  // guarded by counting

void fun(int num) {
  seats.acquire();
  {
    std::scoped_lock hold{counting};
    most = std::max(most, ++inside);
  }
  std::printf("Thread %d is running.\n", num);
  std::this_thread::sleep_for(20ms);
  {
    std::scoped_lock hold{counting};
    --inside;
  }
  seats.release();
}

int main() {
  std::deque<Thread> threads;
  for (int num = 0; num < 6; ++num) threads.emplace_back(fun, num).start();
  for (Thread& thread : threads) thread.join();
  std::printf("never more than two at once: %s\n", most <= 2 ? "yes" : "no");
}
// Output, in any order:
//   Thread 0 is running.
//   Thread 1 is running.
//   Thread 2 is running.
//   Thread 3 is running.
//   Thread 4 is running.
//   Thread 5 is running.
// Output:
//   never more than two at once: yes
