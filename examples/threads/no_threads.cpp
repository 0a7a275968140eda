// No threads at all: two loops, one after the other, and their times add up. threads_with_times.cpp is the same with threads.
// Python: loop1() with time.sleep(4), loop2() with time.sleep(2), both called by main().
#include <chrono>
#include <cstdio>
#include <thread>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

long ms_since(Clock::time_point start) { return (Clock::now() - start) / 1ms; }

void loop(int number, std::chrono::milliseconds pause) {
  const auto start = Clock::now();
  std::printf("loop-%d starts\n", number);
  std::this_thread::sleep_for(pause);
  std::printf("loop-%d ends after %ld ms\n", number, ms_since(start));
}

int main() {
  const auto start = Clock::now();
  loop(1, 200ms);
  loop(2, 100ms);
  std::printf("all done after %ld ms\n", ms_since(start));
}
// Output:
//   loop-1 starts
//   loop-1 ends after {at least 200} ms
//   loop-2 starts
//   loop-2 ends after {at least 100} ms
//   all done after {at least 300} ms
