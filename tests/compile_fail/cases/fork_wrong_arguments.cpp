// expect: tandem: the function cannot be called with copies of these arguments; a reference is passed by std::ref
#include "tandem/multiprocessing/context.hpp"

int main() {
  int n = 0;
  tandem::multiprocessing::get_context<"fork">().Process([](int& it) { ++it; }, n).start();
}
