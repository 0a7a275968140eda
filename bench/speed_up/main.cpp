#include <array>

#include "bench/speed_up/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"bare_loop", bare_loop}, Named{"std_thread", std_thread}, Named{"tandem_thread", tandem_thread},
                        Named{"tandem_process", tandem_process}, Named{"thread_executor", thread_executor},
                        Named{"process_executor", process_executor}});
}
