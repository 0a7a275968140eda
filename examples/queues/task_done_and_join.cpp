// join() waits until each item that was put has been worked off, which the workers report by task_done().
// Python: q.task_done(), q.join(), with workers that are daemons and never end. Here shutdown() ends them.
#include <chrono>
#include <cstdio>
#include <deque>
#include <stdexcept>
#include <thread>

#include <tandem/queue.hpp>
#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

tandem::queue::Queue<int> q;

void worker() {
  for (int item : q) {  // until the queue is shut down
    std::this_thread::sleep_for(5ms);
    std::printf("item %d is done\n", item);
    q.task_done();
  }
}

int main() {
  std::deque<Thread> workers;
  for (int i = 0; i < 3; ++i) workers.emplace_back(worker).start();
  for (int item = 1; item <= 6; ++item) q.put(item);
  std::printf("all done: %s\n", q.join() ? "yes" : "no");
  q.shutdown();
  for (Thread& thread : workers) thread.join();
  try {
    q.task_done();
  } catch (const std::invalid_argument& error) {  // Python: ValueError
    std::printf("%s\n", error.what());
  }
}
// Output, in any order:
//   item 1 is done
//   item 2 is done
//   item 3 is done
//   item 4 is done
//   item 5 is done
//   item 6 is done
// Output:
//   all done: yes
//   Queue::task_done: called more often than items were put
