// expect: tandem: a serialize() member hands to the archive what cannot be serialized
// lines: 50
// The compiler shows how it got there, through cereal.
#include "tandem/remote/archive.hpp"

struct Opaque {
  int n = 0;
};
struct Page {
  Opaque inside = {};
  template <class Archive>
  void serialize(Archive& archive) {
    archive(inside);
  }
};

int main() {
  tandem::remote::Message message;
  tandem::remote::OutputArchive out{message};
  out(Page{});
}
