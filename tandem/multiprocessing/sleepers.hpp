#pragma once

#include <concepts>
#include <thread>
#include <utility>

#include "tandem/base/tuning.hpp"
#include "tandem/sync/shared_futex.hpp"

namespace tandem::multiprocessing {

/// Those who sleep until something in shared memory has changed, in any process: whoever changes it can tell from one word, which
/// stays in its cache, that nobody sleeps, and then calls nobody. It lives in shared memory; all zeros is nobody.
///
/// How many sleep is counted, and each wake takes one off the count beforehand, so that two wakes go to two sleepers. The count may
/// be too high: somebody who died, or whose time was over, does not take himself off it. Then a wake finds fewer than it should,
/// and sets the count right. It is never too low for longer than a nap (see SharedFutex), and that only if a waker died.
///
/// Memory order: none by this word. What the waker did is visible to the woken one by whatever ready() loads.
class Sleepers {
 public:
  template <std::predicate Ready>
  class Wait;

  /// Wakes up to `n`. Who calls it has changed what they wait for, and executed a locked instruction since, like the release of a
  /// RobustLockWord: otherwise the processor might look here before others can see the change.
  void wake_after_locked_instruction(std::uint32_t n) noexcept {
#if defined(__x86_64__)
    // A locked instruction is a full barrier here; what is left is to keep the compiler from moving the load.
    std::atomic_signal_fence(std::memory_order_seq_cst);
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
    if (word_.load(std::memory_order_relaxed) != 0) [[unlikely]]
      wake(n);
  }
  void wake_everybody() noexcept;

  /// What a wake is good for.
  enum class Each { serves_one, may_not_do };

  /// What to do before the sleep, which costs more than a short wait: look around for a microsecond or two, as who is waited for
  /// works at the same time; or give up the processor once, as it is this one that he needs.
  enum class First { looks_around, gives_way };

  /// Sleeps until ready(), at the latest until the deadline, or until called off; false if it was not ready in the end. If a wake
  /// may not do, because this one waits for more than the next change may bring, all are woken: it would be lost on this one.
  template <std::predicate Ready>
  bool wait(Ready ready, Each wake, Deadline deadline, sync::Cancel cancel, First first = First::looks_around) noexcept;

 private:
  // The word: bits 0-30 count those who sleep or are about to.
  // picky: for one of them, each wake may not do. Cleared when all are woken.
  // Raised by who is going to sleep, before it looks a last time; lowered by wakers. Sleepers sleep on the whole of it.
  static constexpr std::uint32_t picky = std::uint32_t{1} << 31;
  static constexpr std::uint32_t many = std::uint32_t{1} << 30;  // counted no further

  void wake(std::uint32_t n) noexcept;
  /// Gives what to sleep on.
  std::uint32_t enlist(Each wake) noexcept;

  sync::Word word_{0};
};
static_assert(sizeof(Sleepers) == 4, "processes share it");

/// See StepMachine.
template <std::predicate Ready>
class Sleepers::Wait {
 public:
  Wait(Sleepers& of, Ready ready, Each wake, Deadline deadline, First first) noexcept
      : sleepers_{of}, ready_{std::move(ready)}, wake_{wake}, first_{first}, deadline_{deadline} {}

  sync::Step step(sync::Wake why) noexcept {
    is_ready_ = ready_();
    if (is_ready_ || why == sync::Wake::cancelled || (why == sync::Wake::timed_out && deadline_.expired())) return {};
    if (why == sync::Wake::start && comes_before_sleep()) return {};
    const std::uint32_t value = sleepers_.enlist(wake_);
    is_ready_ = ready_();
    if (is_ready_) return {};
    return sync::Park{&sleepers_.word_, value, deadline_};
  }

  bool is_ready() const noexcept { return is_ready_; }

 private:
  bool comes_before_sleep() noexcept {
    if (first_ == First::looks_around) return spin();
    std::this_thread::yield();
    is_ready_ = ready_();
    return is_ready_;
  }
  bool spin() noexcept {
    // Few looks, and late: each takes the line away from the other side, which is about to write it, and who goes on at the first
    // sign of a change finds one message, or room for one, and waits again.
    for (int pauses = (base::lock_spins + 1) / 2; pauses <= base::lock_spins; pauses *= 2) {
      for (int i = 0; i < pauses; ++i) base::cpu_pause();
      is_ready_ = ready_();
      if (is_ready_) return true;
    }
    return false;
  }

  Sleepers& sleepers_;
  Ready ready_;
  const Each wake_;
  const First first_;
  const Deadline deadline_;
  bool is_ready_ = false;
};

template <std::predicate Ready>
bool Sleepers::wait(Ready ready, Each wake, Deadline deadline, sync::Cancel cancel, First first) noexcept {
  if (deadline == Deadline::passed()) return ready();
  Wait machine{*this, std::move(ready), wake, deadline, first};
  sync::drive<sync::SharedFutex>(machine, cancel);
  return machine.is_ready();
}

}  // namespace tandem::multiprocessing
