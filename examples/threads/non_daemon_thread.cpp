// A thread that is no daemon: the program does not end before it. Here the destructor of t1 waits, at the end of main().
// Python: the same without setDaemon(True), where the interpreter waits at its end.
#include <cstdio>

#include <tandem/threading.hpp>

using namespace tandem::threading;

Event begun;
Event main_is_over;  // instead of sleeping for longer than main does

void fun() {
  std::puts("fun starts");
  begun.set();
  main_is_over.wait();
  std::puts("fun ends");
}

int main() {
  std::puts("main thread starts");
  Thread t1{fun};
  t1.start();
  begun.wait();
  std::puts("main thread ends");
  main_is_over.set();
}
// Output:
//   main thread starts
//   fun starts
//   main thread ends
//   fun ends
