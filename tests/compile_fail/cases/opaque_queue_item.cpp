// expect: tandem: an argument (or the result) of this call cannot be serialized: give its class a member  template
// says: <class Archive> void serialize(Archive& archive) { archive(a, b); }  or pass something else
#include "tandem/multiprocessing/queue.hpp"

struct Opaque {
  int n = 0;
};

int main() { const tandem::multiprocessing::Queue<Opaque> queue; }
