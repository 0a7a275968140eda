// expect: tandem: a std::function cannot be sent to another process: nobody knows what is in it.
#include <functional>

#include "tandem/remote/call.hpp"

int main() {
  tandem::remote::make_call(std::function<int()>{[] { return 1; }});
}
