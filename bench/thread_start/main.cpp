#include <array>

#include "bench/thread_start/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv, std::array{Named{"tandem_thread", tandem_thread}, Named{"std_thread", std_thread}});
}
