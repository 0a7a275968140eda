#include <array>

#include "bench/shared_round_trip/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_queue", tandem_queue}, Named{"bare_futex", bare_futex}, Named{"pipe", tandem::bench::pipe},
                        Named{"socketpair", tandem::bench::socketpair}, Named{"boost_queue", boost_queue}});
}
