#include <array>

#include "bench/shared_semaphore/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv, std::array{Named{"tandem_semaphore", tandem_semaphore}, Named{"posix_sem", posix_sem}});
}
