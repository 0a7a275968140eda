// A variable of which each thread has its own: what one thread counts, the others do not see.
// Python: mine = threading.local(); mine.count = 0, in each thread. Here each thread's begins as the arguments say.
#include <cstdio>
#include <deque>
#include <string>

#include <tandem/threading.hpp>

using namespace tandem::threading;

struct Mine {
  int count;
  std::string log = {};
};

local<Mine> mine{Mine{100}};  // each thread gets a copy of this, when it uses it first

void work(int times) {
  for (int i = 0; i < times; ++i) {
    ++mine->count;
    mine->log += '*';
  }
  std::printf("%s counted to %d: %s\n", current_thread().name().c_str(), mine->count, mine->log.c_str());
}

int main() {
  work(1);
  std::deque<Thread> threads;
  for (int i = 1; i <= 3; ++i) threads.emplace_back(work, 2 * i).start();
  for (Thread& thread : threads) thread.join();
  work(1);
}
// Output:
//   MainThread counted to 101: *
// Output, in any order:
//   Thread-1 counted to 102: **
//   Thread-2 counted to 104: ****
//   Thread-3 counted to 106: ******
// Output:
//   MainThread counted to 102: **
