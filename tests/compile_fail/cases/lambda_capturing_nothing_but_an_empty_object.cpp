// expect: tandem: this function object cannot be sent to another process: a lambda with captures has no portable form.
#include "tandem/remote/call.hpp"

struct Nothing {
  int one() const { return 1; }
};

int main() {
  Nothing nothing;
  tandem::remote::make_call([nothing] { return nothing.one(); });
}
