// expect: tandem: the function cannot be called with these arguments. In the other process it gets each of them as a
// says: value of its own
#include "tandem/remote/call.hpp"

void increment(int& n) { ++n; }

int main() {
  int n = 1;
  tandem::remote::make_call(increment, n);
}
