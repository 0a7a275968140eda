#include <array>

#include "bench/subprocess/contenders.hpp"

// All in one program, so that what fork has to copy is the same for all.
int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_popen", tandem_popen}, Named{"tandem_check_output", tandem_check_output},
                        Named{"posix_spawn", posix_spawn_true}, Named{"fork_exec", fork_exec}});
}
