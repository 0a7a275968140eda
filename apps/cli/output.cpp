#include "apps/cli/output.hpp"

#include <iostream>
#include <stdexcept>

namespace tandem::cli {

void print(std::string_view text) {
  if (!(std::cout << text << std::flush)) throw std::runtime_error("cannot write to standard output");
}

}  // namespace tandem::cli
