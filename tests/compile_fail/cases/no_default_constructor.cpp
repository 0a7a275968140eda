// expect: tandem: an argument (or the result) of this call is or contains something without a default constructor
#include <vector>

#include "tandem/remote/call.hpp"

struct Page {
  explicit Page(int size) : size_{size} {}
  template <class Archive>
  void serialize(Archive& archive) {
    archive(size_);
  }
  int size_;
};

int main() {
  tandem::remote::make_call([](const std::vector<Page>& pages) { return pages.size(); }, std::vector<Page>{});
}
