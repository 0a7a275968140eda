// All that a Condition can do.
// Python: con.acquire(), release(), wait(timeout), wait_for(predicate, timeout), notify(n), notify_all(), with con:
#include <chrono>
#include <cstdio>
#include <deque>
#include <stdexcept>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

const char* yes_no(bool it) { return it ? "yes" : "no"; }

Lock mutex;
Condition con{mutex};        // here the five wait
Condition for_main{mutex};   // over the same lock: here main waits for them
int waiting = 0, woken = 0;  // guarded by mutex

void sleeper() {
  std::scoped_lock hold{con};  // the same as to hold mutex
  ++waiting;
  for_main.notify();
  con.wait();  // gives the lock up while it sleeps, and has it again afterwards
  ++woken;
  for_main.notify();
}

int main() {
  try {
    con.notify();
  } catch (const std::logic_error& error) {  // Python: RuntimeError
    std::printf("%s\n", error.what());
  }
  con.acquire();
  std::printf("notified within 20 ms: %s\n", yes_no(con.wait(20ms)));
  std::printf("true within 20 ms: %s\n", yes_no(con.wait_for([] { return false; }, 20ms)));
  std::printf("true at once: %s\n", yes_no(con.wait_for([] { return true; })));
  con.release();

  std::deque<Thread> threads;
  for (int i = 0; i < 5; ++i) threads.emplace_back(sleeper).start();
  std::scoped_lock hold{mutex};
  for_main.wait_for([] { return waiting == 5; });
  con.notify(2);
  for_main.wait_for([] { return woken == 2; });
  std::printf("a third one within 20 ms: %s\n", yes_no(for_main.wait_for([] { return woken > 2; }, 20ms)));
  con.notify_all();
  for_main.wait_for([] { return woken == 5; });
  std::printf("woken: %d\n", woken);
}
// Output:
//   Condition::notify without its lock {...}: acquire it first
//   notified within 20 ms: no
//   true within 20 ms: no
//   true at once: yes
//   a third one within 20 ms: no
//   woken: 5
