#include <array>

#include "bench/process_start/contenders.hpp"

// All in one program, so that what fork has to copy is the same for all.
int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(
      argc, argv,
      std::array{Named{"tandem_process", tandem_process}, Named{"tandem_spawn", tandem_spawn}, Named{"tandem_fork", tandem_fork},
                 Named{"fork_wait", fork_wait}, Named{"posix_spawn", posix_spawn_wait}, Named{"fork_server", fork_server}});
}
