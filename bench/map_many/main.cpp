#include <array>

#include "bench/map_many/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"bare_loop", bare_loop}, Named{"two_threads", two_threads}, Named{"tbb_for", tbb_for},
                        Named{"thread_executor", thread_executor}, Named{"process_executor", process_executor},
                        Named{"thread_pool", thread_pool}, Named{"process_pool", process_pool}});
}
