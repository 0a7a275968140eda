// expect: tandem: an argument (or the result) of this call is or contains a view (string_view, span, initializer_list)
#include <string_view>

#include "tandem/remote/call.hpp"

int main() {
  tandem::remote::make_call([](std::string_view text) { return text.size(); }, std::string_view{"x"});
}
