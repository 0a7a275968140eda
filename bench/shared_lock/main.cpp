#include <array>

#include "bench/shared_lock/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_lock", tandem_lock}, Named{"pthread_shared", pthread_shared},
                        Named{"pthread_robust", pthread_robust}});
}
