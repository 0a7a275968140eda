// A thread leaves a message in a global variable; main may look at it once the event says that it is there.
// Python: e = Event(); the thread: global s; s = "..."; e.set(); main: e.wait(); if s == "...": ...
#include <cstdio>
#include <string>

#include <tandem/threading.hpp>

using namespace tandem::threading;

std::string s;  // written before e is set, read after
Event e;

void visitor() {
  std::puts("the visitor comes, and says the pass-word");
  s = "the tower stands by the river";
  e.set();
}

int main() {
  Thread t{visitor};
  t.start();
  e.wait();  // what the visitor did before set() is visible from here on
  if (s == "the tower stands by the river") {
    std::puts("main: right, come in");
  } else {
    std::puts("main: who is there?");
  }
  t.join();
}
// Output:
//   the visitor comes, and says the pass-word
//   main: right, come in
