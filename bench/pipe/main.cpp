#include <array>

#include "bench/pipe/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_bytes", tandem_bytes}, Named{"tandem_into", tandem_into},
                        Named{"tandem_values", tandem_values}, Named{"stream", stream}, Named{"packets", packets}});
}
