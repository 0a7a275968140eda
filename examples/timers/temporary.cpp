// A timer that nobody keeps: the program does not end before it has fired.
// Python: Timer(1, hello).start(), which the interpreter waits for at its end.
#include <chrono>
#include <cstdio>
#include <string>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

Event main_has_ended;

void hello(std::string whom) {
  main_has_ended.wait();
  std::printf("hello, %s\n", whom.c_str());
}

int main() {
  Timer{10ms, hello, "world"}.start();
  std::puts("main ends");
  main_has_ended.set();
}
// Output:
//   main ends
//   hello, world
