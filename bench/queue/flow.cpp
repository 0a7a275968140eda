#include "bench/queue/flow.hpp"

#include <string>

namespace tandem::bench {

int pairs_in(std::string_view setting) {
  if (setting == "1p1c") return 1;
  if (setting == "2p2c") return 2;
  if (setting == "4p4c") return 4;
  throw std::invalid_argument("'" + std::string{setting} + "' is none of 1p1c, 2p2c and 4p4c");
}

}  // namespace tandem::bench
