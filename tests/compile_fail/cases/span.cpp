// expect: tandem: an argument (or the result) of this call is or contains a view (string_view, span, initializer_list)
#include <span>
#include <vector>

#include "tandem/remote/call.hpp"

int main() {
  tandem::remote::make_call([](const std::vector<std::span<int>>& all) { return all.size(); }, std::vector<std::span<int>>{});
}
