#pragma once

#include <cstddef>

#include "tandem/sync/futex.hpp"
#include "tandem/sync/waiter.hpp"

namespace tandem::sync {

/// The futex inside one process: a parking lot, address -> FIFO of waiters. Any kind of waiter may sleep on any word, so a thread,
/// a greenlet and a coroutine can queue for the same lock. A primitive is four bytes; all the room that sleeping needs is here.
///
/// Guarantees: first come, first served per word; each sleep is ended by exactly one of wake, time-out and cancel; no internal lock
/// is held while a waiter is resumed.
///
/// Memory order: what happened before a wake is visible to the woken one. What `decide` does is ordered with all other parks and
/// wakes of that word.
class LocalFutex {
 public:
  /// For primitives: sleeps as the calling thread or greenlet, see Parker.
  static Wake park(const Park& park) noexcept;
  /// Wakes up to `n`; the answer says how many were woken.
  static unsigned wake(const Word& word, unsigned n) noexcept;

  template <class Decide>
  static void wake_one(const Word& word, Decide decide) noexcept {
    wake_one(
        word, [](void* context, NextWaiter next) noexcept { return (*static_cast<Decide*>(context))(next); }, &decide);
  }

  /// Lets the first sleeper of `from` sleep on `to` instead, behind all who sleep there, without waking it; its time there begins
  /// now. `bool prepare()` is called if there is one, atomically with respect to other parks and wakes of `to`; if it says no, the
  /// sleeper is woken instead. Whoever wakes it now may grant it what `to` stands for.
  template <class Prepare>
  static void requeue_one(const Word& from, const Word& to, Prepare prepare) noexcept {
    requeue_one(
        from, to, [](void* context) noexcept { return (*static_cast<Prepare*>(context))(); }, &prepare);
  }

  /// For drivers: lets `waiter` sleep if the word still has the expected value; false if it has not, and then the waiter was never
  /// in the lot. The deadline is the driver's business.
  static bool enqueue(Waiter& waiter, const Park& park) noexcept;
  /// For drivers: ends the sleep of an enqueued waiter by time-out or cancellation, without resuming it. False if a waker was
  /// quicker: then resume() was called or will be at once, and the sleeper must await it.
  static bool withdraw(Waiter& waiter, Wake why) noexcept;

  /// In a process that was forked by one that may have had several threads, before anything else of ours is done there: those who
  /// slept were threads of the parent's, and none of them is here. The lot is empty, and nobody is in the midst of using it.
  static void forget_all() noexcept;

  /// How many sleep at this moment in the whole process; for tests and dumps.
  static std::size_t parked() noexcept;

 private:
  static const Word* word_of(const Waiter& waiter) noexcept { return waiter.word_.load(std::memory_order_relaxed); }
  using DecideFn = Wake (*)(void* context, NextWaiter next) noexcept;
  static void wake_one(const Word& word, DecideFn decide, void* context) noexcept;
  using PrepareFn = bool (*)(void* context);
  static void requeue_one(const Word& from, const Word& to, PrepareFn prepare, void* context) noexcept;
};

static_assert(Futex<LocalFutex>);

}  // namespace tandem::sync
