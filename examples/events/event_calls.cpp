// All that an Event can do.
// Python: e.is_set(), e.set(), e.clear(), e.wait([timeout])
#include <chrono>
#include <cstdio>
#include <stop_token>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

const char* yes_no(bool it) { return it ? "yes" : "no"; }

int main() {
  Event e;
  std::printf("set at first: %s\n", yes_no(e.is_set()));
  std::printf("wait for 20 ms: %s\n", yes_no(e.wait(20ms)));
  e.set();
  std::printf("set: %s, wait: %s, wait once more: %s\n", yes_no(e.is_set()), yes_no(e.wait()), yes_no(e.wait()));
  e.clear();
  std::printf("cleared: %s, wait for 20 ms: %s\n", yes_no(!e.is_set()), yes_no(e.wait(20ms)));

  std::stop_source stop;  // C++ has one more way to end a wait
  stop.request_stop();
  std::printf("wait, but asked to stop: %s\n", yes_no(e.wait(stop.get_token())));
}
// Output:
//   set at first: no
//   wait for 20 ms: no
//   set: yes, wait: yes, wait once more: yes
//   cleared: yes, wait for 20 ms: no
//   wait, but asked to stop: no
