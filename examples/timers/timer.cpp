// A timer calls a function when a time has passed. It is a thread: it is started, joined, has a name.
// Python: t = Timer(1, hello); t.start()
#include <chrono>
#include <cstdio>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;
using Clock = std::chrono::steady_clock;

long ms_since(Clock::time_point start) { return (Clock::now() - start) / 1ms; }

void hello(Clock::time_point start) { std::printf("hello, world, after %ld ms\n", ms_since(start)); }

int main() {
  std::puts("main starts the timer");
  const auto start = Clock::now();
  Timer t{100ms, hello, start};
  t.start();
  t.join();
  std::puts("main ends");
}
// Output:
//   main starts the timer
//   hello, world, after {at least 100} ms
//   main ends
