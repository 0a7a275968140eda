// A thread class of one's own: derive from Thread, override run(), make its objects with make<T>().
// Python: class MyThread(threading.Thread): __init__ with super().__init__(), run(); for i in range(4): t = MyThread(i); ...
#include <chrono>
#include <cstdio>
#include <thread>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

class MyThread : public Thread {
 public:
  explicit MyThread(int arg) : arg_{arg} {}
  void run() override {
    std::this_thread::sleep_for(20ms);
    std::printf("%s: the argument of this object is %d\n", name().c_str(), arg_);
  }

 private:
  int arg_;
};

int main() {
  for (int i = 0; i < 4; ++i) {
    auto t = make<MyThread>(i);
    t.start();
    t.join();  // so they run one after the other, as in the course
  }
  std::puts("main is done");
}
// Output:
//   Thread-1: the argument of this object is 0
//   Thread-2: the argument of this object is 1
//   Thread-3: the argument of this object is 2
//   Thread-4: the argument of this object is 3
//   main is done
