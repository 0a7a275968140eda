#pragma once

#include <stop_token>
#include <string_view>

#include "tandem/multiprocessing/shared_handle.hpp"
#include "tandem/multiprocessing/shared_name.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/robust_lock_word.hpp"
#include "tandem/sync/timed_lockable.hpp"

namespace tandem::multiprocessing {

/// A mutual-exclusion lock between processes. Python: multiprocessing.Lock. A handle, see SharedHandle.
///
/// It belongs to the process that has taken it, and any process may release it. Taking it twice in one thread deadlocks; see RLock.
/// If its holder dies, at whatever instruction, the next one has it within 200 ms, and sees recovered(): what the lock guards may
/// be half-written then. A holder that is merely stopped keeps it. It models Lockable and TimedLockable.
///
/// Fairness: a released lock is for whoever comes first. Memory order: what was done before release() is visible after the next
/// acquire(), and what a holder did before it died, as far as it came.
///
///     Lock gate{"gate"};
///     Process worker{[](Lock gate) { std::scoped_lock hold{gate}; ... }, gate};
///     { std::scoped_lock hold{gate};  if (gate.recovered()) repair();  ... }
class Lock : public SharedHandle, public sync::TimedLockable<Lock> {
 public:
  using TimedLockable::acquire;

  /// A new one. Errors show the first 63 bytes of the name. Throws std::logic_error without init(), std::runtime_error if there are
  /// too many shared objects, std::system_error if memory is short.
  Lock() : Lock{std::string_view{}} {}
  explicit Lock(std::string_view name);
  explicit Lock(Blank blank) noexcept : SharedHandle{blank} {}

  /// Waits until the lock is taken or the deadline has passed; says whether it was taken. Throws KeyboardInterrupt, see
  /// interrupt.hpp.
  bool acquire(Deadline deadline = Deadline::never()) { return word().acquire(deadline) || sync::gave_up(deadline); }
  /// Waits until stop is requested at most.
  bool acquire(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return word().acquire(deadline, {.stop = &stop}) || sync::gave_up(deadline);
  }
  /// Throws std::logic_error if it is not locked. Python: ValueError.
  void release() {
    if (!word().release()) refuse_release();
  }
  bool locked() const { return word().is_locked(); }
  /// For its holder: whether the one before died while it held the lock. Until release().
  bool recovered() const { return word().recovered(); }
  /// Valid as long as there is a handle.
  const char* name() const { return state().name.get(); }

  void save(remote::OutputArchive& out) const { save_object(out); }
  void load(remote::InputArchive& in) { load_object(in, shared::Kind::lock); }

 private:
  friend class Condition;

  struct State {
    sync::RobustLockWord word;
    SharedName name;
  };

  State& state() const { return object().state<State>(); }
  sync::RobustLockWord& word() const { return state().word; }
  [[noreturn]] void refuse_release() const;
};

}  // namespace tandem::multiprocessing
