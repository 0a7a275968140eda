// The "industrial" way: what a thread does is a member function of an object.
// Python: threading.Thread(target=ThreadFunc("loop").loop, args=("LOOP one", 3))
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

class ThreadFunc {
 public:
  explicit ThreadFunc(std::string name) : name_{std::move(name)} {}
  void loop(std::string nloop, std::chrono::milliseconds pause) {
    std::printf("%s starts, of the object '%s'\n", nloop.c_str(), name_.c_str());
    std::this_thread::sleep_for(pause);
    std::printf("%s ends\n", nloop.c_str());
  }

 private:
  std::string name_;
};

int main() {
  ThreadFunc mine{"kept by main"};
  Thread t1{&ThreadFunc::loop, &mine, "LOOP-1", 60ms};                             // the object itself, which outlives t1
  Thread t2{&ThreadFunc::loop, ThreadFunc{"kept by the thread"}, "LOOP-2", 20ms};  // an object that is the thread's own
  t1.start();
  t2.start();
  t1.join();
  t2.join();
  std::puts("all done");
}
// Output, in order per first word:
//   LOOP-1 starts, of the object 'kept by main'
//   LOOP-1 ends
//   LOOP-2 starts, of the object 'kept by the thread'
//   LOOP-2 ends
// Output:
//   all done
