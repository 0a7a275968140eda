#pragma once

#include <cerrno>
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

/// Calls again while a signal interrupts it: for what answers as read(2) does.
template <class Call>
Transfer repeat_if_interrupted(Call call) noexcept {
  for (;;) {
    const auto result = call();
    if (result >= 0) return {static_cast<std::size_t>(result), 0};
    if (errno != EINTR) return {0, errno};
  }
}

}  // namespace tandem::platform
