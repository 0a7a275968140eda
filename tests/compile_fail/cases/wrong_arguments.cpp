// expect: tandem: the function cannot be called with these arguments.
#include <string>

#include "tandem/remote/call.hpp"

int length(const std::string& text) { return static_cast<int>(text.size()); }

int main() { tandem::remote::make_call(length, 1, 2); }
