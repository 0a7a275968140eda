#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string_view>
#include <utility>

#include "tandem/multiprocessing/shared_actor.hpp"
#include "tandem/multiprocessing/shared_handle.hpp"
#include "tandem/multiprocessing/shared_name.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/robust_lock_word.hpp"
#include "tandem/sync/timed_lockable.hpp"

namespace tandem::multiprocessing {

/// What an RLock has in shared memory; zeros are a lock that is free and has no name.
struct RLockState {
  sync::RobustLockWord word;
  // 0, or who holds the lock; if that one has died, until the next holder writes its own. Written by holders only; others compare
  // it with what they are themselves, which it equals only if they wrote it, so relaxed order is enough.
  base::Atomic<SharedActor> owner;
  std::uint64_t count;  // how often the owner has taken it; guarded by word. What a dead owner left means nothing.
  SharedName name;
};
static_assert(sizeof(RLockState) == 88 && base::Atomic<SharedActor>::is_always_lock_free, "processes share it");

/// A lock between processes that its holder may take again; it is free when released as often as taken. Python:
/// multiprocessing.RLock. A handle, see SharedHandle.
///
/// The holder is a thread, greenlet or Task of one process (see sync::current()), and only the holder may release: std::logic_error
/// otherwise. Deaths, fairness and memory order are as with Lock.
class RLock : public SharedHandle, public sync::TimedLockable<RLock> {
 public:
  using TimedLockable::acquire;

  /// A new one, as Lock's.
  RLock() : RLock{std::string_view{}} {}
  explicit RLock(std::string_view name);
  explicit RLock(Blank blank) noexcept : SharedHandle{blank} {}
  /// The lock in another object, whose state begins with an RLockState: that of a Value.
  explicit RLock(std::shared_ptr<shared::Object> object) noexcept : SharedHandle{std::move(object)} {}

  bool acquire(Deadline deadline = Deadline::never()) { return acquire_within(deadline, {}); }
  /// Waits until stop is requested at most.
  bool acquire(std::stop_token stop, Deadline deadline = Deadline::never()) { return acquire_within(deadline, {.stop = &stop}); }
  void release();
  bool locked() const { return state().word.is_locked(); }
  /// Whether the caller holds it.
  bool is_owned() const { return state().owner.load(std::memory_order_relaxed) == shared_actor(); }
  /// For its holder: whether the one before died while it held the lock. Until the last release().
  bool recovered() const { return state().word.recovered(); }
  /// Valid as long as there is a handle.
  const char* name() const { return state().name.get(); }

  void save(remote::OutputArchive& out) const { save_object(out); }
  void load(remote::InputArchive& in) {
    load_object(in, std::array{shared::Kind::rlock, shared::Kind::value, shared::Kind::array});
  }

 private:
  friend class Condition;

  using State = RLockState;

  State& state() const { return object().state<State>(); }
  sync::RobustLockWord& word() const { return state().word; }
  bool acquire_within(Deadline deadline, sync::Cancel cancel);

  /// All levels of the caller's, for who gives the lock up wholly and takes it back as it was.
  std::uint64_t give_up_levels() noexcept;
  void take_back_levels(std::uint64_t levels) noexcept;

  [[noreturn]] void refuse_release() const;
};

}  // namespace tandem::multiprocessing
