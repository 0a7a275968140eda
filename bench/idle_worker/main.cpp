#include <array>

#include "bench/idle_worker/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv, std::array{Named{"tandem_pool", tandem_pool}, Named{"forked_children", forked_children}});
}
