#pragma once

#include <stop_token>

#include "tandem/sync/event_word.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/local_futex.hpp"

namespace tandem::sync {

/// A flag that one raises and others wait for. Python: threading.Event.
///
/// set() releases everybody who waits, also when clear() follows at once.
/// Memory order: what was done before set() is visible to whoever saw the flag up.
/// Lifetime: when wait() returns true the event may be destroyed, even if the set() that released it has not returned yet.
class Event {
 public:
  constexpr Event() noexcept = default;
  constexpr explicit Event(const char* name) noexcept : name_{name} {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set() noexcept { word_.set(); }
  void clear() noexcept { word_.clear(); }
  bool is_set() const noexcept { return word_.is_set(); }
  /// True if the flag was raised, false if the deadline passed first. Throws KeyboardInterrupt, see interrupt.hpp.
  bool wait(Deadline deadline = Deadline::never()) { return word_.wait(deadline) || gave_up(deadline); }
  /// A request to stop ends it, too.
  bool wait(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return word_.wait(deadline, {.stop = &stop}) || gave_up(deadline);
  }
  const char* name() const noexcept { return name_; }

 private:
  EventWord<LocalFutex> word_;
  const char* name_ = "";
};

}  // namespace tandem::sync
