// A dead-lock: each thread holds one lock and waits for the other's. Time-outs find it. Then three ways that cannot end so.
// Python: func_1 takes lock_1, sleeps, takes lock_2; func_2 takes lock_2, sleeps, takes lock_1; and the program hangs.
#include <chrono>
#include <cstdio>
#include <functional>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

Lock lock_1, lock_2;
Barrier both{2};  // instead of sleeping: each goes on when the other has come as far

void func(const char* name, Lock& first, Lock& second) {
  first.acquire();
  both.wait();  // now each holds its first lock
  const bool got_it = second.acquire(200ms);
  std::printf("%s: the second lock %s\n", name, got_it ? "is there" : "cannot be had");
  if (got_it) second.release();
  both.wait();  // whoever gave up first would let the other through
  first.release();
}

template <class Task>
void in_both_directions(const char* name, Task task) {
  const auto many_times = [task](Lock& mine, Lock& yours) {
    for (int i = 0; i < 1000; ++i) task(mine, yours);
  };
  Thread t1{[&] { many_times(lock_1, lock_2); }};
  Thread t2{[&] { many_times(lock_2, lock_1); }};
  t1.start();
  t2.start();
  t1.join();
  t2.join();
  std::printf("%s: both came through\n", name);
}

int main() {
  Thread t1{func, "func_1", std::ref(lock_1), std::ref(lock_2)};
  Thread t2{func, "func_2", std::ref(lock_2), std::ref(lock_1)};
  t1.start();
  t2.start();
  t1.join();
  t2.join();

  in_both_directions("scoped_lock", [](Lock& a, Lock& b) {
    std::scoped_lock hold{a, b};  // takes one, tries the other, and lets go if it cannot have both
  });
  in_both_directions("acquire_in_order", [](Lock& a, Lock& b) {
    auto hold = acquire_in_order(a, b);  // everybody in the same order, whichever is named first
  });
  in_both_directions("one at a time", [](Lock& a, Lock& b) {
    { std::scoped_lock hold{a}; }
    { std::scoped_lock hold{b}; }
  });
}
// Output, in any order:
//   func_1: the second lock cannot be had
//   func_2: the second lock cannot be had
// Output:
//   scoped_lock: both came through
//   acquire_in_order: both came through
//   one at a time: both came through
