#include <array>

#include "bench/process_pool/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_pool", tandem_pool}, Named{"socketpair", socketpair},
                        Named{"socketpair_collector", socketpair_collector}});
}
