#pragma once

#include <stop_token>
#include <string_view>

#include "tandem/multiprocessing/shared_handle.hpp"
#include "tandem/multiprocessing/shared_name.hpp"
#include "tandem/sync/event_word.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/shared_futex.hpp"

namespace tandem::multiprocessing {

/// A flag that one raises and others wait for, in all processes. Python: multiprocessing.Event. A handle, see SharedHandle.
///
/// set() releases everybody who waits, also when clear() follows at once. If its process dies in the middle of it, the flag is up
/// or not, and if it is up, everybody is released within 100 ms. Memory order: what was done before set() is visible to whoever saw
/// the flag up.
class Event : public SharedHandle {
 public:
  /// A new one, as Lock's.
  Event() : Event{std::string_view{}} {}
  explicit Event(std::string_view name) : SharedHandle{shared::Kind::event} { state().name.set(name); }
  explicit Event(Blank blank) noexcept : SharedHandle{blank} {}

  void set() { state().word.set(); }
  void clear() { state().word.clear(); }
  bool is_set() const { return state().word.is_set(); }
  /// True if the flag was raised, false if the deadline passed first. Throws KeyboardInterrupt, see interrupt.hpp.
  bool wait(Deadline deadline = Deadline::never()) { return state().word.wait(deadline) || sync::gave_up(deadline); }
  /// A request to stop ends it, too.
  bool wait(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return state().word.wait(deadline, {.stop = &stop}) || sync::gave_up(deadline);
  }
  /// Valid as long as there is a handle.
  const char* name() const { return state().name.get(); }

  void save(remote::OutputArchive& out) const { save_object(out); }
  void load(remote::InputArchive& in) { load_object(in, shared::Kind::event); }

 private:
  struct State {
    sync::EventWord<sync::SharedFutex> word;
    SharedName name;
  };
  static_assert(sizeof(State) == 68 && base::Atomic<std::uint32_t>::is_always_lock_free, "processes share it");

  State& state() const { return object().state<State>(); }
};

}  // namespace tandem::multiprocessing
