// expect: tandem: this function object cannot be sent to another process: a lambda with captures has no portable form.
// says: Pass what it captures as arguments instead - submit([](int n) { ... }, n) - or give the function object a
// says: serialize() member
#include "tandem/remote/call.hpp"

int main() {
  int n = 1;
  tandem::remote::make_call([n] { return n; });
}
