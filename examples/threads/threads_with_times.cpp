// Two loops in two threads: they run at the same time, so all takes as long as the longer one, and not as long as both.
// Python: t1 = Thread(target=loop1, args=("pa",)); t2 = ...; t1.start(); t2.start(); t1.join(); t2.join()
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;
using Clock = std::chrono::steady_clock;

long ms_since(Clock::time_point start) { return (Clock::now() - start) / 1ms; }

void loop(int number, std::string word, std::chrono::milliseconds pause) {
  const auto start = Clock::now();
  std::printf("loop-%d starts\n", number);
  std::this_thread::sleep_for(pause);
  std::printf("loop-%d says %s\n", number, word.c_str());
  std::printf("loop-%d ends after %ld ms\n", number, ms_since(start));
}

int main() {
  const auto start = Clock::now();
  Thread t1{loop, 1, "pa", 200ms};
  Thread t2{loop, 2, "pia", 100ms};
  t1.start();
  t2.start();
  t1.join();
  t2.join();
  std::printf("main: all done after %ld ms\n", ms_since(start));
}
// Output, in order per first word:
//   loop-1 starts
//   loop-1 says pa
//   loop-1 ends after {at least 200} ms
//   loop-2 starts
//   loop-2 says pia
//   loop-2 ends after {at least 100} ms
// Output:
//   main: all done after {at least 200} ms
