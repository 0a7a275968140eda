#include <array>

#include "bench/big_arguments/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_pool", tandem_pool}, Named{"shared_copy", shared_copy},
                        Named{"socketpair", tandem::bench::socketpair}});
}
