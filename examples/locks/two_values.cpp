// Two values that belong together, changed under one lock: who looks under the same lock never sees one without the other.
// Python: value() prints a and b whenever they differ, for ever, while main does: with lock: a += 1; b += 1
// Here it ends: the thread takes a std::stop_token, and the destructor asks it to stop.
#include <cstdio>
#include <stop_token>

#include <tandem/threading.hpp>

using namespace tandem::threading;

Lock both;
int a = 0, b = 0;  // both guarded by both
int looks = 0, differences = 0;
Event looked;

void value(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::scoped_lock hold{both};
    ++looks;
    if (a != b) ++differences;
    looked.set();
  }
}

int main() {
  {
    Thread t = Thread::started(value);
    looked.wait();
    for (int i = 0; i < 10'000; ++i) {
      std::scoped_lock hold{both};
      a += 1;
      b += 1;
    }
  }  // t is asked to stop, and joined
  std::printf("a is %d, b is %d\n", a, b);
  std::printf("looked %d times, found them different %d times\n", looks, differences);
}
// Output:
//   a is 10000, b is 10000
//   looked {at least 1} times, found them different 0 times
