#include <array>

#include "bench/thread_pool/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_pool", tandem_pool}, Named{"asio_pool", asio_pool}, Named{"std_async", std_async},
                        Named{"tbb_arena", tbb_arena}, Named{"textbook_pool", textbook_pool}});
}
