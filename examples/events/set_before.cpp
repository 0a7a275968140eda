// An event that is set stays set: nobody waits any more, until clear() takes the sign down.
// Python: event.set() before the threads are started; main's sign comes when they have begun long since.
#include <chrono>
#include <cstdio>
#include <string>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

Event begin;

void eat(std::string name) {
  std::printf("%s sits down\n", name.c_str());
  begin.wait();
  std::printf("%s begins to eat\n", name.c_str());
}

int main() {
  begin.set();
  Thread t1{eat, "xiaoming"};
  Thread t2{eat, "xiaobai"};
  t1.start();
  t2.start();
  t1.join();
  t2.join();
  std::puts("main tells all to begin, too late");
  begin.set();

  begin.clear();
  Thread t3{eat, "xiaohong"};
  t3.start();
  std::printf("main sees that one wait: %s\n", t3.join(50ms) ? "no" : "yes");
  begin.set();
}
// Output, in order per first word:
//   xiaoming sits down
//   xiaoming begins to eat
//   xiaobai sits down
//   xiaobai begins to eat
// Output:
//   main tells all to begin, too late
// Output, in order per first word:
//   xiaohong sits down
//   main sees that one wait: yes
// Output:
//   xiaohong begins to eat
