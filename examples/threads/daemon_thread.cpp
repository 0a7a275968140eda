// A daemon thread: nobody waits for it, and it ends with the program, wherever it is. "fun ends" is never printed.
// Python: t1 = Thread(target=fun); t1.setDaemon(True); t1.start(); the main thread ends first.
#include <chrono>
#include <cstdio>
#include <thread>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

Event begun;  // global: the daemon may use it as long as it lives

void fun() {
  std::puts("fun starts");
  begun.set();
  std::this_thread::sleep_for(1h);
  std::puts("fun ends");
}

int main() {
  std::puts("main thread starts");
  Thread t1{fun};
  t1.daemon(true);  // before start()
  t1.start();
  begun.wait();
  std::puts("main thread ends");
}
// Output:
//   main thread starts
//   fun starts
//   main thread ends
