#pragma once

#include <vector>

#include "tandem/platform/fd.hpp"

namespace tandem::remote {

/// What goes from one process to another: bytes, and the descriptors that they speak of by index. Owns both; moves, does not copy.
struct Message {
  std::vector<char> bytes = {};
  std::vector<platform::Fd> descriptors = {};
};

}  // namespace tandem::remote
