// Waiting for another process, but not for ever. Python: q.put(data, block, timeout), q.get(block, timeout)
#include <chrono>
#include <cstdio>

#include <tandem/multiprocessing.hpp>
#include <tandem/queue.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

void slow_consumer(mp::Queue<int> q, mp::Event begin) {
  begin.wait();
  for (const int number : q) std::printf("consumer got %d\n", number);
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<int> q{1};
  mp::Event begin;
  mp::Process process{slow_consumer, q, begin};
  process.start();
  q.put(1);
  try {
    q.put(2, 50ms);  // Python: q.put(2, timeout=0.05)
  } catch (const tandem::queue::Full&) {
    std::puts("main: no room within 50 ms");
  }
  begin.set();
  q.put(3, 20s);  // waits until the consumer makes room
  q.shutdown();
  process.join();
  if (!q.try_get(50ms)) std::puts("main: nothing within 50 ms");
}
// Output, in order per first word:
//   main: no room within 50 ms
//   main: nothing within 50 ms
//   consumer got 1
//   consumer got 3
