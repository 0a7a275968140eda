// expect: tandem: this function object cannot be sent to another process: a lambda with captures has no portable form
#include "tandem/multiprocessing/context.hpp"

int main() {
  int n = 0;
  tandem::multiprocessing::get_context<"spawn">().Process([&n] { ++n; }).start();
}
