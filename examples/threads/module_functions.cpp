// What the module itself offers: who am I, who is there, how large are the stacks.
// Python: current_thread(), main_thread(), active_count(), enumerate(), get_ident(), stack_size()
#include <cstdio>
#include <stdexcept>

#include <tandem/threading.hpp>

using namespace tandem::threading;

int main() {
  std::printf("I am %s\n", current_thread().name().c_str());
  std::printf("alone: %zu thread\n", active_count());

  Event leave;
  Thread t{[&] {
    std::printf("I am %s\n", current_thread().name().c_str());
    std::printf("main is %s\n", main_thread().name().c_str());
    leave.wait();
  }};
  t.name("helper");
  const std::size_t before = stack_size(256 * 1024);  // of the threads to come; 0 is the system's default
  t.start();
  std::printf("alive: %zu threads\n", active_count());
  for (const ThreadRef& one : enumerate()) {
    std::printf("enumerated: %s%s\n", one.name().c_str(), one.ident() == get_ident() ? ", which calls" : "");
  }
  leave.set();
  t.join();
  std::printf("alone again: %zu thread\n", active_count());
  std::printf("stack size: it was %zu, it is %zu\n", before, stack_size());
  try {
    stack_size(1000);
  } catch (const std::invalid_argument& error) {
    std::printf("refused: %s\n", error.what());
  }
}
// Output:
//   I am MainThread
//   alone: 1 thread
// Output, in any order:
//   I am helper
//   main is MainThread
//   alive: 2 threads
//   enumerated: MainThread, which calls
//   enumerated: helper
// Output:
//   alone again: 1 thread
//   stack size: it was 0, it is 262144
//   refused: stack_size: 1000 {...}
