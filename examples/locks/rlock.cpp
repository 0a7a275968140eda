// An RLock may be taken again by who holds it, and is free when released as often. A Lock taken twice waits for itself.
// Python: mutex = threading.RLock(); in run(): if mutex.acquire(timeout=1): num += 1; mutex.acquire(); mutex.release(); ...
#include <chrono>
#include <cstdio>
#include <deque>
#include <stdexcept>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

RLock mutex{"num"};
int num = 0;  // guarded by mutex

void set_num(ThreadRef who) {
  std::scoped_lock again{mutex};  // the caller holds it already
  std::printf("%s sets num to %d\n", who.name().c_str(), ++num);
}

class MyThread : public Thread {
 public:
  void run() override {
    if (!mutex.acquire(10s)) return;
    set_num(*this);
    mutex.release();
  }
};

int main() {
  std::deque<Made<MyThread>> threads;
  for (int i = 0; i < 5; ++i) threads.emplace_back().start();
  for (auto& thread : threads) thread.join();
  std::printf("num is %d, the RLock is %s\n", num, mutex.locked() ? "held" : "free");

  Lock plain;
  plain.acquire();
  std::printf("a Lock taken twice by one thread: %s\n", plain.acquire(50ms) ? "taken" : "waited in vain");
  plain.release();

  mutex.acquire();
  Thread stranger{[] {
    try {
      mutex.release();
    } catch (const std::logic_error& error) {
      std::printf("%s\n", error.what());
    }
  }};
  stranger.start();
  stranger.join();
  mutex.release();
}
// Output:
//   Thread-{number} sets num to 1
//   Thread-{number} sets num to 2
//   Thread-{number} sets num to 3
//   Thread-{number} sets num to 4
//   Thread-{number} sets num to 5
//   num is 5, the RLock is free
//   a Lock taken twice by one thread: waited in vain
//   release of the RLock 'num' by somebody who does not hold it: only its holder may
