// expect: tandem: this function object cannot be sent to another process
#include <functional>

#include "tandem/remote/call.hpp"

int one(int n) { return n; }

int main() { tandem::remote::make_call(std::bind(one, 1)); }
