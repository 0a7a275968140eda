// wait() with a time-out goes on when the time is over, whether or not somebody gave the sign; what it answers says which.
// Python: event.wait(timeout=0.1), while main sleeps for three seconds before event.set()
#include <chrono>
#include <cstdio>
#include <string>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

Event begin;

void eat(std::string name) {
  std::printf("%s sits down\n", name.c_str());
  const bool told = begin.wait(50ms);
  std::printf("%s begins to eat, %s\n", name.c_str(), told ? "as told" : "without having been told");
}

int main() {
  Thread t1{eat, "xiaoming"};
  Thread t2{eat, "xiaobai"};
  t1.start();
  t2.start();
  t1.join();  // main is late: it gives the sign when both have begun
  t2.join();
  std::puts("main tells all to begin");
  begin.set();
}
// Output, in order per first word:
//   xiaoming sits down
//   xiaoming begins to eat, without having been told
//   xiaobai sits down
//   xiaobai begins to eat, without having been told
// Output:
//   main tells all to begin
