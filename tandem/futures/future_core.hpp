#pragma once

#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "tandem/base/intrusive_list.hpp"
#include "tandem/base/unique_function.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::futures {

/// What all handles of one future share, apart from the type of its result: its phase, its error, and who wants to know when it is
/// done. Future<R> is the user's side of it.
///
/// Memory order: what was done before the future became done is visible to whoever has seen that it is.
class FutureCore : public std::enable_shared_from_this<FutureCore> {
 public:
  enum class Phase : std::uint32_t { pending = 0, running = 1, cancelled = 2, finished = 3 };

  /// Told once, when the future becomes done. A node on the stack of somebody who waits for several futures.
  class Observer : public base::ListNode {
   public:
    /// Called with the future's internal lock held: count, wake, and return; don't call the future.
    virtual void completed() noexcept = 0;

   protected:
    ~Observer() = default;
  };
  using Callback = base::UniqueFunction<void(FutureCore&)>;

  FutureCore() noexcept = default;
  FutureCore(const FutureCore&) = delete;
  FutureCore& operator=(const FutureCore&) = delete;
  virtual ~FutureCore();

  Phase phase() const noexcept { return static_cast<Phase>(word_.load(std::memory_order_acquire) & phase_mask); }
  bool done() const noexcept { return phase() >= Phase::cancelled; }

  /// pending -> running: true. False if it was cancelled. InvalidStateError if it runs or ran already.
  bool begin();
  /// The same for somebody who races for the work: false if it is no longer pending.
  bool try_begin() noexcept;
  /// pending -> cancelled: true; true also if it was cancelled before.
  bool cancel();
  /// pending or running -> cancelled, by who has stopped the work. False if it was done before.
  bool finish_as_cancelled() noexcept;
  void finish_with_error(std::exception_ptr error);

  /// Waits until it is done; false if the deadline passed first. Throws KeyboardInterrupt, see sync/interrupt.hpp. A worker that
  /// waits without a deadline for a task which its own pool has not begun yet runs that task itself: otherwise a pool whose workers
  /// all wait for queued tasks would stand still for ever.
  bool wait(Deadline deadline);

  /// Runs the work on this thread, if it is this thread's pool's and nobody has begun it.
  virtual void help() noexcept {}

  /// Before it is cancelled: takes it back from whoever may begin it. False if somebody has begun it.
  virtual bool revoke() { return true; }
  /// Whether somebody has begun it who does not say so by begin().
  virtual bool has_begun() { return false; }
  /// Cancels it, or has it stopped if it runs where that can be done: false if it cannot, or is done already.
  virtual bool terminate() { return cancel(); }

  /// False, and the observer is not enlisted, if the future is done already.
  bool subscribe(Observer& observer) noexcept;
  /// After it the observer is not called any more, whether it has been called or not.
  void unsubscribe(Observer& observer) noexcept;

  /// Calls it when the future is done, on the thread that makes it so, in the order of adding; at once and here if it is done
  /// already. What a callback throws is printed to stderr. Its waits are not interrupted: a KeyboardInterrupt would be lost here.
  void add_callback(Callback callback);

  /// The error that it finished with, or none. Only for a future that is done; throws CancelledError if it was cancelled.
  const std::exception_ptr& error() const;

 protected:
  /// pending or running -> finished. `store` puts the result in place; it is called only if the transition is allowed.
  template <class Store>
  void finish(Store&& store) {
    std::vector<Callback> callbacks;
    {
      const sync::Guard hold{lock_};
      expect_unfinished();
      store();
      callbacks = complete(Phase::finished);
    }
    run(callbacks);
  }

 private:
  class Wait;

  // The word, on which those sleep who wait for the result: the phase in the low two bits, and
  static constexpr std::uint32_t phase_mask = 3;
  static constexpr std::uint32_t awaited = 4;  // somebody may sleep on it; set by a sleeper before it parks
  // All changes of phase are made under lock_; the release store in complete() is the partner of the acquire load in phase().

  void expect_unfinished() const;
  std::vector<Callback> complete(Phase phase) noexcept;
  void run(std::vector<Callback>& callbacks) noexcept;

  sync::Word word_{0};
  sync::Lock lock_{"Future"};
  std::exception_ptr error_;                 // set under lock_ before the phase says finished, constant from then on
  base::IntrusiveList<Observer> observers_;  // guarded by lock_
  std::vector<Callback> callbacks_;          // guarded by lock_; taken when done
};

}  // namespace tandem::futures
