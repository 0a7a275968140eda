// Four processes count with one Value. update() reads and writes in one step. A read and a write that are steps of their own need
// the lock around them, or counts get lost. Python: v = Value('i', 0); with v.get_lock(): v.value += 1
#include <cstdio>
#include <mutex>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void by_update(mp::Value<int> counter) {
  for (int i = 0; i < 1000; ++i) counter.update([](int& n) { ++n; });
}

void under_its_lock(mp::Value<int> counter) {
  mp::RLock lock = counter.get_lock();
  for (int i = 0; i < 1000; ++i) {
    std::scoped_lock hold{lock};
    counter.value(counter.value() + 1);
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Value<int> counter{0};
  {
    std::vector<mp::Process> processes;
    for (int i = 0; i < 2; ++i) {
      processes.push_back(mp::Process::started(by_update, counter));
      processes.push_back(mp::Process::started(under_its_lock, counter));
    }
  }
  std::printf("counted: %d\n", counter.value());
  const int before = counter.update([](int& n) { return n++; });  // what it returns comes back
  std::printf("before: %d, now: %d\n", before, counter.value());
}
// Output:
//   counted: 4000
//   before: 4000, now: 4001
