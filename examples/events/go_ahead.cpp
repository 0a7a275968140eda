// Nobody begins to eat before all are at the table: the guests wait for one event, which main sets.
// Python: t1 = threading.Thread(target=eat, args=("xiaoming",)); ...; time.sleep(1); event.set()
// Instead of sleeping and hoping, main waits here until all have come: a semaphore counts them.
#include <cstdio>
#include <string>

#include <tandem/threading.hpp>

using namespace tandem::threading;

Event begin;
Semaphore at_table{0};

void eat(std::string name) {
  const std::string thread = current_thread().name();
  std::printf("%s has started: %s sits down\n", thread.c_str(), name.c_str());
  at_table.release();
  begin.wait();
  std::printf("%s was told: %s begins to eat\n", thread.c_str(), name.c_str());
}

int main() {
  Thread t1{eat, "xiaoming"};
  Thread t2{eat, "xiaobai"};
  t1.start();
  t2.start();
  for (int i = 0; i < 2; ++i) at_table.acquire();
  std::puts("main tells all to begin");
  begin.set();
}
// Output, in any order:
//   Thread-1 has started: xiaoming sits down
//   Thread-2 has started: xiaobai sits down
// Output:
//   main tells all to begin
// Output, in any order:
//   Thread-1 was told: xiaoming begins to eat
//   Thread-2 was told: xiaobai begins to eat
