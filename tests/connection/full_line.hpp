#pragma once

#include <cstddef>
#include <string>

#include "tandem/connection/byte_connection.hpp"

namespace tandem::test {

inline std::string filling() { return std::string(100'000, 'f'); }

/// Sends such messages until no more can go, and says how many did.
inline std::size_t fill(multiprocessing::ByteConnection& line) {
  std::size_t count = 0;
  while (line.try_send_bytes(filling(), Deadline::passed())) ++count;
  return count;
}

}  // namespace tandem::test
