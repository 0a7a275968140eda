// expect: tandem: an argument (or the result) of this call cannot be serialized: give its class a member  template
// says: <class Archive> void serialize(Archive& archive) { archive(a, b); }  or pass something else
#include <map>

#include "tandem/remote/call.hpp"

struct Opaque {
  int n = 0;
};

int main() {
  tandem::remote::make_call([](const std::map<int, std::pair<int, Opaque>>&) {}, std::map<int, std::pair<int, Opaque>>{});
}
