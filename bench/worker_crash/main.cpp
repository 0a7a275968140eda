#include <array>

#include "bench/worker_crash/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_crash", tandem_crash}, Named{"tandem_no_crash", tandem_no_crash},
                        Named{"fork_kill_wait", fork_kill_wait}});
}
