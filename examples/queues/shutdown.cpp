// How a queue ends: shutdown() lets nothing more in, what is there may still be gotten; shutdown(true) drops that, too.
// Python 3.13: q.shutdown(), q.shutdown(immediate=True), queue.ShutDown
#include <cstdio>

#include <tandem/queue.hpp>
#include <tandem/threading.hpp>

using namespace tandem::threading;
using tandem::queue::Queue, tandem::queue::ShutDown;

int main() {
  Queue<int> q;
  q.put(1);
  q.put(2);
  q.shutdown();
  try {
    q.put(3);
  } catch (const ShutDown& error) {
    std::printf("put: %s\n", error.what());
  }
  for (int item : q) std::printf("still there: %d\n", item);
  try {
    q.get();
  } catch (const ShutDown& error) {
    std::printf("get: %s\n", error.what());
  }

  Queue<int> waited_for;
  Thread waiter{[&] {
    try {
      waited_for.get();
    } catch (const ShutDown&) {
      std::puts("a waiter is released");
    }
  }};
  waiter.start();
  waited_for.shutdown();
  waiter.join();

  Queue<int> dropped;
  dropped.put(1);
  dropped.shutdown(true);
  std::printf("dropped: %zu left, join(): %s\n", dropped.qsize(), dropped.join() ? "nothing is open" : "waits");
}
// Output:
//   put: the queue was shut down
//   still there: 1
//   still there: 2
//   get: the queue was shut down
//   a waiter is released
//   dropped: 0 left, join(): nothing is open
