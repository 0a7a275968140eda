#include <array>

#include "bench/lock/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_lock", tandem_lock}, Named{"tandem_rlock", tandem_rlock}, Named{"std_mutex", std_mutex},
                        Named{"std_recursive_mutex", std_recursive_mutex}, Named{"tbb_mutex", tbb_mutex},
                        Named{"tbb_queuing_mutex", tbb_queuing_mutex}, Named{"tbb_spin_mutex", tbb_spin_mutex}});
}
