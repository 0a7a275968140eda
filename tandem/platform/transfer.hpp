#pragma once

#include <cstddef>

namespace tandem::platform {

/// What one read or write did. Interrupted calls are repeated inside, so `error` is never EINTR.
struct Transfer {
  std::size_t bytes = 0;
  int error = 0;  ///< an errno value, 0 if it went well

  /// Nothing moved because the descriptor is not ready: wait and try again.
  bool would_block() const noexcept;
  /// The other side is gone (EPIPE, ECONNRESET and the like): nothing to tell anybody about.
  bool peer_gone() const noexcept;
};

}  // namespace tandem::platform
