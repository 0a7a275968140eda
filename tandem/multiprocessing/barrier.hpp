#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "tandem/multiprocessing/shared_actor.hpp"
#include "tandem/multiprocessing/shared_handle.hpp"
#include "tandem/multiprocessing/waiting_places.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/sync/barrier.hpp"
#include "tandem/sync/robust_lock_word.hpp"

namespace tandem::multiprocessing {

using sync::BrokenBarrierError;

/// A place where a fixed number of parties wait for each other, in whatever processes they are; when the last one has come, all go
/// on. Then it can be used again. Python: multiprocessing.Barrier. A handle, see SharedHandle.
///
/// The action, if there is one, is run by the last to come, before anybody goes on, in that one's process: so it must be portable,
/// a function, a lambda without captures or a function object with serialize(). It may hold no descriptors or shared objects, and
/// must not use the barrier itself, whose members throw std::logic_error then. Others that come meanwhile wait for its end.
///
/// Nobody waits for a party that will not come: if one gives up (its deadline, a request to stop, Ctrl-C), if the action throws, if
/// abort() is called, or if a process dies while it waits here or runs the action (within 200 ms), the barrier is broken: those who
/// wait there, and whoever comes later, get BrokenBarrierError until reset(). A process that dies between two rounds is a party
/// that does not come: a time-out helps.
///
/// Memory order: what each party did before wait() is visible to all of them after it, and to the action.
///
///     Barrier start{3, [] { puts("all here"); }, 5s};
///     if (start.wait() == 0) puts("I was the first");
class Barrier : public SharedHandle {
 public:
  static constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();
  struct NoAction {};

  /// A new one, as Lock's. `timeout` is for those calls of wait() that name none. Throws std::invalid_argument if parties is less
  /// than 1 or more than 4097, and for an action that holds descriptors or shared objects.
  explicit Barrier(int parties, std::chrono::nanoseconds timeout = forever);
  template <class Action>
    requires std::invocable<std::decay_t<Action>&>
  explicit Barrier(int parties, Action&& action, std::chrono::nanoseconds timeout = forever) : Barrier{parties, timeout} {
    keep_action(remote::make_call(std::forward<Action>(action)));
  }
  Barrier(int parties, NoAction /*none*/, std::chrono::nanoseconds timeout) : Barrier{parties, timeout} {}
  explicit Barrier(Blank blank) noexcept : SharedHandle{blank} {}

  /// Waits for the others; answers in which order this party came: 0 is the first, parties() - 1 the last. Throws
  /// BrokenBarrierError; in the party that runs it, what the action throws; KeyboardInterrupt, see interrupt.hpp; std::system_error
  /// if memory is short.
  int wait() { return wait_until(timeout(), {}); }
  int wait(Deadline deadline) { return wait_until(deadline, {}); }
  int wait(std::stop_token stop) { return wait_until(timeout(), {.stop = &stop}); }
  int wait(std::stop_token stop, Deadline deadline) { return wait_until(deadline, {.stop = &stop}); }

  /// Empty and whole again. Those who wait there get BrokenBarrierError.
  void reset();
  /// Breaks it.
  void abort();

  int parties() const { return static_cast<int>(state().parties); }
  /// Of the moment, for display.
  int n_waiting() const;
  bool broken() const;

  void save(remote::OutputArchive& out) const { save_object(out); }
  void load(remote::InputArchive& in);

 private:
  class Inside;
  class Wait;

  /// What becomes of a party: the values of a place's word. Not the word's: none, of what is being settled.
  using Fate = sync::BarrierFate;
  static_assert(static_cast<std::uint32_t>(Fate::none) == WaitingPlace::free &&
                static_cast<std::uint32_t>(Fate::waiting) == WaitingPlace::waiting);

  struct State {
    sync::RobustLockWord lock;  // guards all below, but what is said to be constant or atomic; held while the action runs, too
    std::int64_t timeout;       // in nanoseconds; constant
    std::uint32_t parties;      // constant
    std::uint32_t arrived;      // how many have come and wait: as many places are `waiting`
    WaitingPlaces::Line line;
    // What follows says how far its holder was, to whoever takes the lock over when that one has died: see repair().
    base::Atomic<Fate> condition;      // passed: whole; otherwise what broke it
    base::Atomic<Fate> settling;       // none, or the fate that is being told to all who wait
    base::Atomic<SharedActor> acting;  // 0, or who runs the action. Relaxed: others compare it with what they are themselves
    base::Atomic<std::uint32_t> dead;  // the pid that a fate speaks of
    std::uint32_t action_size;         // in bytes, behind the places in the window; 0 for none; constant
  };
  static_assert(sizeof(State) == 64 && base::Atomic<Fate>::is_always_lock_free && base::Atomic<SharedActor>::is_always_lock_free,
                "processes share it");

  State& state() const { return object().state<State>(); }
  Deadline timeout() const { return Deadline{std::chrono::nanoseconds{state().timeout}}; }
  void keep_action(const remote::Call& call);
  int wait_until(Deadline deadline, sync::Cancel cancel);
  WaitingPlace* arrive(int& index);
  WaitingPlace& enlist();
  void run_action();
  Fate leave(WaitingPlace& place, Fate give_up) noexcept;
  void settle(Fate fate) const noexcept;
  void break_by(Fate reason) const noexcept;
  void repair() const noexcept;
  void look_for_the_dead(const WaitingPlace& mine) const noexcept;
  const WaitingPlace* dead_among_those_watched_by(const WaitingPlace& mine) const noexcept;
  void expect_no_action(const char* call) const;
  [[noreturn]] void throw_broken(Fate reason) const;

  WaitingPlaces places_;
};

}  // namespace tandem::multiprocessing
