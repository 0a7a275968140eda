// All that an Event can do. Python: e.is_set(), e.wait(), e.set(), e.clear(); the course's program waits for ever, as nobody sets
// it: here it waits for a while first, then another process sets it.
#include <chrono>
#include <cstdio>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

const char* yes_no(bool it) { return it ? "yes" : "no"; }

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Event e;
  std::printf("set: %s\n", yes_no(e.is_set()));
  std::puts("look here!");
  std::printf("set within 20 ms: %s\n", yes_no(e.wait(20ms)));

  mp::Process giver{[](mp::Event event) { event.set(); }, e};
  giver.start();
  std::printf("set by another process: %s\n", yes_no(e.wait()));
  std::puts("give me!");

  std::printf("who comes later does not wait: %s\n", yes_no(e.wait()));
  e.clear();
  std::printf("set after clear: %s\n", yes_no(e.is_set()));
}
// Output:
//   set: no
//   look here!
//   set within 20 ms: no
//   set by another process: yes
//   give me!
//   who comes later does not wait: yes
//   set after clear: no
