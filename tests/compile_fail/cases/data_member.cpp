// expect: tandem: a pointer to a data member cannot be called in another process.
#include "tandem/remote/call.hpp"

struct Page {
  int size = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(size);
  }
};

int main() { tandem::remote::make_call(&Page::size, Page{}); }
