#include <array>

#include "bench/shared_large/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(
      argc, argv,
      std::array{Named{"tandem_queue", tandem_queue}, Named{"two_copy_ring", two_copy_ring}, Named{"boost_queue", boost_queue},
                 Named{"pipe", tandem::bench::pipe}, Named{"socketpair", tandem::bench::socketpair}});
}
