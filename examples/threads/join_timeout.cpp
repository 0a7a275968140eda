// join() with a time-out waits for so long at most, and says whether the thread has ended.
// Python: t.join(2), then t.is_alive(), since Python's join() answers nothing.
#include <chrono>
#include <cstdio>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

int main() {
  Event leave;
  Thread t{[&] { leave.wait(); }};
  t.start();
  std::printf("after 50 ms: %s\n", t.join(50ms) ? "ended" : "still running");
  leave.set();
  std::printf("without time-out: %s\n", t.join() ? "ended" : "still running");
  std::printf("once more: %s\n", t.join() ? "ended" : "still running");
}
// Output:
//   after 50 ms: still running
//   without time-out: ended
//   once more: ended
