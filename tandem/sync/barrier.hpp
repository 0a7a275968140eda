#pragma once

#include <chrono>
#include <exception>
#include <stop_token>

#include "tandem/base/unique_function.hpp"
#include "tandem/sync/barrier_fate.hpp"
#include "tandem/sync/current.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::sync {

/// A place where a fixed number of parties wait for each other; when the last one has come, all go on. Then it can be used again.
/// Python: threading.Barrier.
///
/// The action, if there is one, is run by the last to come, before anybody goes on. Others that come meanwhile wait for its end; it
/// must not use the barrier itself, whose members throw std::logic_error then.
///
/// Nobody waits for a party that will not come: if one gives up (its deadline, a request to stop, Ctrl-C), if the action throws, or
/// abort() is called, the barrier is broken: those who wait there, and whoever comes later, get BrokenBarrierError until reset().
///
/// Memory order: what each party did before wait() is visible to all of them after it, and to the action.
/// Lifetime: may be destroyed when all wait() calls have returned.
///
///     Barrier start{3, [] { puts("all here"); }, 5s};
///     if (start.wait() == 0) puts("I was the first");
class Barrier {
 public:
  using Action = base::UniqueFunction<void()>;
  static constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

  /// `timeout` is for those calls of wait() that name none. Throws std::invalid_argument if parties is less than 1.
  explicit Barrier(int parties, Action action = {}, std::chrono::nanoseconds timeout = forever);
  Barrier(int parties, std::chrono::nanoseconds timeout) : Barrier{parties, Action{}, timeout} {}
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  /// Waits for the others; answers in which order this party came: 0 is the first, parties() - 1 the last. Throws
  /// BrokenBarrierError; in the party that runs it, what the action throws; KeyboardInterrupt, see interrupt.hpp.
  int wait() { return wait_until(Deadline{timeout_}, {}); }
  int wait(Deadline deadline) { return wait_until(deadline, {}); }
  int wait(std::stop_token stop) { return wait_until(Deadline{timeout_}, {.stop = &stop}); }
  int wait(std::stop_token stop, Deadline deadline) { return wait_until(deadline, {.stop = &stop}); }

  /// Empty and whole again. Those who wait there get BrokenBarrierError.
  void reset();
  /// Breaks it.
  void abort();

  int parties() const noexcept { return parties_; }
  /// Of the moment, for display.
  int n_waiting() const;
  bool broken() const;

 private:
  class Wait;

  /// What becomes of a party: the values of its word.
  using Fate = BarrierFate;

  /// A party that sleeps, on its own stack. Whoever holds lock_ decides its fate, once, by taking it out of the list and storing
  /// the word; after that store it may be gone.
  struct Place : base::ListNode {
    Word word{static_cast<std::uint32_t>(Fate::waiting)};
  };

  int wait_until(Deadline deadline, Cancel cancel);
  void settle(Fate fate) noexcept;
  void break_by(Fate reason) noexcept;
  void expect_no_action(const char* call) const;

  const int parties_;
  const std::chrono::nanoseconds timeout_;
  mutable Lock lock_{"Barrier"};  // held while the action runs, too
  Action action_;                 // all below is guarded by lock_
  base::IntrusiveList<Place> places_;
  int arrived_ = 0;            // how many have come and wait: the length of places_
  Fate state_ = Fate::passed;  // passed: whole; otherwise what broke it
  // nobody, or who runs the action. Written under lock_; others compare it with their own id, which it equals only if they wrote it
  // themselves, so relaxed order is enough.
  base::Atomic<ActorId> acting_{nobody};
};

}  // namespace tandem::sync
