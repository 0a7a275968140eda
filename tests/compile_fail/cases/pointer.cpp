// expect: tandem: an argument (or the result) of this call is or contains a raw pointer or a reference_wrapper
#include "tandem/remote/call.hpp"

int main() {
  int n = 1;
  tandem::remote::make_call([](int* p) { return *p; }, &n);
}
