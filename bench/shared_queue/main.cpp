#include <array>

#include "bench/shared_queue/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_queue", tandem_queue}, Named{"boost_queue", boost_queue}, Named{"posix_queue", posix_queue},
                        Named{"two_lock_ring", two_lock_ring}});
}
