// An RLock between processes may be taken again by who holds it, and only its holder may release it. Python: RLock, is_owned.
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void set_num(mp::RLock& mutex, const mp::RawValue<int>& num) {
  std::scoped_lock again{mutex};  // the caller holds it already
  ++*num;
}

void run(mp::RLock mutex, mp::RawValue<int> num) {
  for (int i = 0; i < 1000; ++i) {
    std::scoped_lock hold{mutex};
    set_num(mutex, num);
  }
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::RLock mutex{"num"};
  mp::RawValue<int> num{0};  // guarded by mutex
  {
    std::vector<mp::Process> processes;
    for (int i = 0; i < 5; ++i) processes.push_back(mp::Process::started(run, mutex, num));
  }
  std::printf("num is %d, the RLock is %s\n", *num, mutex.locked() ? "held" : "free");

  std::scoped_lock hold{mutex};
  mp::Process stranger{[](mp::RLock it) {
                         try {
                           it.release();
                         } catch (const std::logic_error& error) {
                           std::printf("%s\n", error.what());
                         }
                       },
                       mutex};
  stranger.start();
}
// Output:
//   num is 5000, the RLock is free
//   release of the RLock 'num' by somebody who does not hold it: only its holder may
