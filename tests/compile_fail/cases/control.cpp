// expect nothing
// The control: what the other cases do, done right. If this did not compile, they would prove nothing.
#include <functional>
#include <string>
#include <vector>

#include "tandem/remote/call.hpp"

struct Page {
  std::string text = {};
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text);
  }
};

int main() {
  const auto call = tandem::remote::make_call([](std::vector<Page> pages, int n) { return pages.at(static_cast<std::size_t>(n)); },
                                              std::vector<Page>{}, 1);
  return call.message.bytes.empty() ? 1 : 0;
}
