// A timer that is cancelled before its time does not call its function, and its thread ends at once. So does one that is destroyed.
// Python: t = Timer(30, hello); t.start(); t.cancel()
#include <chrono>
#include <cstdio>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

void hello() { std::puts("hello, world"); }

int main() {
  Timer t{1h, hello};
  t.start();
  std::printf("it waits: %s\n", t.is_alive() ? "yes" : "no");
  t.cancel();
  t.join();
  std::printf("it waits: %s\n", t.is_alive() ? "yes" : "no");

  {
    Timer forgotten{1h, hello};
    forgotten.start();
  }
  std::puts("main ends");

  Timer late{1ms, hello};
  late.start();
  late.join();
  late.cancel();  // too late, and no error
}
// Output:
//   it waits: yes
//   it waits: no
//   main ends
//   hello, world
