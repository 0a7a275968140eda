#include <array>

#include "bench/fork_join/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_pool", tandem_pool}, Named{"tbb_group", tbb_group}, Named{"sequential", sequential}});
}
