#pragma once

#include <optional>
#include <stop_token>

#include "tandem/platform/futex.hpp"
#include "tandem/sync/sleep_word.hpp"

namespace tandem::sync {

/// While it lives, a request to stop calls the sleep off; at once, if it was made before.
class StoppedBy {
 public:
  StoppedBy(SleepWord& sleep, const Cancel& cancel) noexcept {
    if (cancel.allowed && cancel.stop != nullptr) callback_.emplace(*cancel.stop, CallOff{sleep});
  }

 private:
  struct CallOff {
    SleepWord& sleep;
    // The sleeper cannot be gone yet: before, it destroys the callback, which waits for this to return.
    void operator()() const noexcept {
      if (sleep.call_off()) platform::futex_wake(sleep.word, 1);
    }
  };
  std::optional<std::stop_callback<CallOff>> callback_;
};

}  // namespace tandem::sync
