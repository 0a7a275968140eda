#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <stop_token>
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

  /// Told once, when the future becomes done. A node on the stack of somebody who waits for several futures, or in a coroutine's
  /// frame.
  class Observer : public base::ListNode {
   public:
    /// Where it is told: with the future's internal lock held, and then it may only count, wake, and return; or without, and then
    /// it may do anything, also end the observer, but nobody must unsubscribe it from another thread at that moment.
    enum class Told : std::uint8_t { under_the_lock, without_it };

    virtual void completed() noexcept = 0;
    Told told() const noexcept { return told_; }

   protected:
    explicit Observer(Told told = Told::under_the_lock) noexcept : told_{told} {}
    ~Observer() = default;

   private:
    const Told told_;
  };
  using Callback = base::UniqueFunction<void(FutureCore&)>;

  FutureCore() noexcept = default;
  FutureCore(const FutureCore&) = delete;
  FutureCore& operator=(const FutureCore&) = delete;
  virtual ~FutureCore();

  Phase phase() const noexcept { return phase_of(word_.load(std::memory_order_acquire)); }
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
  /// all wait for queued tasks would stand still for ever. `stop`, if not nullptr, ends the wait, too.
  bool wait(Deadline deadline, const std::stop_token* stop = nullptr);

  /// Runs the work on this thread, if it is this thread's pool's and nobody has begun it.
  virtual void help() noexcept {}
  /// The pool of threads whose task this is, or nullptr. To be compared, never followed: it may be gone.
  virtual const void* pool() const noexcept { return nullptr; }

  /// It was cancelled, by this thread and before anybody began it: destroys the function and its arguments, which may refer to what
  /// the caller ends next, while the rest may stand in a queue for long.
  virtual void forget() noexcept {}

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
  /// pending or running -> finished. `store` puts the result in place; it is called only if the transition is allowed. If it
  /// throws, nothing has happened.
  template <class Store>
  void finish(Store&& store) {
    claim();
    try {
      store();
    } catch (...) {
      word_.fetch_and(~claimed, std::memory_order_release);
      throw;
    }
    tell(word_.exchange(static_cast<std::uint32_t>(Phase::finished), std::memory_order_acq_rel));
  }

 private:
  class Wait;

  // The word, on which those sleep who wait for the result. The phase in the low two bits, and above them
  // awaited: somebody may sleep on it. Set by a sleeper before it parks.
  // watched: there may be observers or callbacks. Set under lock_ by whoever adds one.
  // claimed: somebody has the right to finish it and is putting the result in place; the phase is still pending or running. Nobody
  //   else can finish it, begin it or cancel it then.
  // Done means cancelled or finished, and nothing else: then the word does not change any more.
  //
  // Why it ends in one way only: each way out of pending is a compare-exchange of the whole word - begin, cancel, and the claim -
  // so of those who meet one wins, and the others see what it made of it. Finishing takes two steps, as the result must be in place
  // before the word says so, and must not be put there by two; between them the claim keeps everybody else out.
  // Why nobody is forgotten: the step to done replaces the word and gives what was there before. Who set awaited or watched before
  // is found in that; who comes after finds it done and does not sleep, or tells himself. Only who finds watched takes lock_.
  // Memory order: the release of that step is the partner of the acquire loads in phase() and of those who wait.
  static constexpr std::uint32_t phase_mask = 3;
  static constexpr std::uint32_t awaited = 4;
  static constexpr std::uint32_t watched = 8;
  static constexpr std::uint32_t claimed = 16;

  static constexpr Phase phase_of(std::uint32_t value) noexcept { return static_cast<Phase>(value & phase_mask); }
  static constexpr bool can_begin(std::uint32_t value) noexcept { return (value & (phase_mask | claimed)) == 0; }

  bool look_around() const noexcept;
  void claim();
  void tell(std::uint32_t before) noexcept;
  Observer* tell_under_the_lock() noexcept;
  bool watch() noexcept;
  void run(std::vector<Callback>& callbacks) noexcept;

  sync::Word word_{0};
  sync::Lock lock_{"Future"};
  std::exception_ptr error_;                 // set by who has claimed it, constant once the phase says finished
  base::IntrusiveList<Observer> observers_;  // guarded by lock_
  std::vector<Callback> callbacks_;          // guarded by lock_; taken when done
};

}  // namespace tandem::futures
