// expect: tandem: an argument (or the result) of this call cannot be serialized: give its class a member
#include "tandem/remote/call.hpp"

struct Opaque {
  int n = 0;
};

int main() {
  const auto call = tandem::remote::make_call([] { return Opaque{}; });
  tandem::remote::Message answer;
  tandem::remote::InputArchive in{answer};
  tandem::remote::load_result<Opaque>(in);
}
