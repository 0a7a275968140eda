#include "tandem/futures/future_core.hpp"

#include <cstdio>
#include <string>
#include <utility>

#include "tandem/base/exception_text.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/futures/patience.hpp"
#include "tandem/futures/pool_worker.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::futures {

/// Sleeps until the phase says done.
class FutureCore::Wait {
 public:
  Wait(FutureCore& core, Deadline deadline) noexcept : core_{core}, deadline_{deadline} {}

  sync::Step step(sync::Wake why) noexcept {
    std::uint32_t value = core_.word_.load(std::memory_order_acquire);
    for (;;) {
      done_ = phase_of(value) >= Phase::cancelled;
      if (done_ || why == sync::Wake::timed_out || why == sync::Wake::cancelled) return {};
      if ((value & awaited) == 0 && !core_.word_.compare_exchange_weak(value, value | awaited, std::memory_order_acquire)) {
        continue;
      }
      return sync::Park{&core_.word_, value | awaited, deadline_};
    }
  }

  bool done() const noexcept { return done_; }

 private:
  FutureCore& core_;
  const Deadline deadline_;
  bool done_ = false;
};

FutureCore::~FutureCore() = default;

bool FutureCore::begin() {
  if (try_begin()) return true;
  if (phase() == Phase::cancelled) return false;
  throw InvalidStateError("the future was begun before: only a pending one can be set running");
}

bool FutureCore::try_begin() noexcept {
  std::uint32_t value = word_.load(std::memory_order_relaxed);
  while (can_begin(value)) {
    const std::uint32_t running = value | static_cast<std::uint32_t>(Phase::running);
    if (word_.compare_exchange_weak(value, running, std::memory_order_acquire, std::memory_order_relaxed)) return true;
  }
  return false;
}

bool FutureCore::cancel() {
  if (phase() == Phase::pending && !revoke()) return phase() == Phase::cancelled;
  constexpr auto cancelled = static_cast<std::uint32_t>(Phase::cancelled);
  std::uint32_t value = word_.load(std::memory_order_acquire);
  while (can_begin(value)) {
    if (!word_.compare_exchange_weak(value, cancelled, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    forget();
    tell(value);
    return true;
  }
  return phase_of(value) == Phase::cancelled;
}

bool FutureCore::finish_as_cancelled() noexcept {
  constexpr auto cancelled = static_cast<std::uint32_t>(Phase::cancelled);
  std::uint32_t value = word_.load(std::memory_order_acquire);
  while (phase_of(value) < Phase::cancelled && (value & claimed) == 0) {
    if (!word_.compare_exchange_weak(value, cancelled, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    tell(value);
    return true;
  }
  return false;
}

void FutureCore::finish_with_error(std::exception_ptr error) {
  finish([&] { error_ = std::move(error); });
}

void FutureCore::claim() {
  std::uint32_t value = word_.load(std::memory_order_relaxed);
  for (;;) {
    if (phase_of(value) == Phase::cancelled) throw InvalidStateError("the future was cancelled: it takes no result");
    if (phase_of(value) == Phase::finished || (value & claimed) != 0) {
      throw InvalidStateError("the future has its result: it takes no second one");
    }
    // Acquire: whoever gave the claim up again may have begun to write.
    if (word_.compare_exchange_weak(value, value | claimed, std::memory_order_acquire, std::memory_order_relaxed)) return;
  }
}

/// What is left to do by whoever made it done: `before` is what the word was until then.
void FutureCore::tell(std::uint32_t before) noexcept {
  if ((before & awaited) != 0) sync::LocalFutex::wake(word_, sync::everybody);
  if ((before & watched) == 0) return;
  std::shared_ptr<FutureCore> self;  // an observer may drop the last handle
  std::vector<Callback> callbacks;
  for (;;) {
    Observer* observer = nullptr;
    {
      const sync::Guard hold{lock_};
      observer = tell_under_the_lock();
      if (observer == nullptr) {
        callbacks = std::move(callbacks_);
        break;
      }
    }
    self = weak_from_this().lock();
    const sync::Uninterruptible to_the_last;
    observer->completed();  // which may unsubscribe those behind it: so they stay where they are meanwhile
  }
  run(callbacks);
}

/// Under lock_. Gives the next observer that is not to be told so, or nullptr.
FutureCore::Observer* FutureCore::tell_under_the_lock() noexcept {
  while (Observer* observer = observers_.pop_front()) {
    if (observer->told() == Observer::Told::without_it) return observer;
    observer->completed();
  }
  return nullptr;
}

/// Under lock_: from now on whoever makes it done looks for observers and callbacks. False if it is done.
bool FutureCore::watch() noexcept {
  std::uint32_t value = word_.load(std::memory_order_acquire);
  while (phase_of(value) < Phase::cancelled) {
    if ((value & watched) != 0) return true;
    if (word_.compare_exchange_weak(value, value | watched, std::memory_order_acquire)) return true;
  }
  return false;
}

void FutureCore::run(std::vector<Callback>& callbacks) noexcept {
  const sync::Uninterruptible to_the_last;
  for (Callback& callback : callbacks) {
    try {
      callback(*this);
    } catch (...) {
      std::fprintf(stderr, "Exception in a future's done-callback: %s\n", base::exception_text(std::current_exception()).c_str());
    }
    callback.reset();
  }
}

bool FutureCore::wait(Deadline deadline, const std::stop_token* stop) {
  if (done()) return true;
  if (deadline.is_never() && stop == nullptr) help();  // else it might be too late when the work is done
  if (deadline != Deadline::passed() && look_around()) return true;
  const WorkerPause pause{pool(), deadline};
  Wait machine{*this, deadline};
  sync::drive<sync::LocalFutex>(machine, sync::Cancel{.stop = stop});
  return machine.done() || sync::gave_up(deadline);
}

/// Whether it is done within some microseconds: only for tasks of a pool of threads, which may well be that short.
bool FutureCore::look_around() const noexcept {
  if (pool() == nullptr) return done();
  thread_local Patience patience;
  const int looks = patience.looks();
  if (looks == 0) return done();
  for (int i = looks; i > 0 && !done(); --i) base::cpu_pause();
  patience.paid_off(done());
  return done();
}

bool FutureCore::subscribe(Observer& observer) noexcept {
  const sync::Guard hold{lock_};
  if (!watch()) return false;
  observers_.push_back(observer);
  return true;
}

void FutureCore::unsubscribe(Observer& observer) noexcept {
  const sync::Guard hold{lock_};
  if (observer.linked()) observers_.remove(observer);
}

void FutureCore::add_callback(Callback callback) {
  {
    const sync::Guard hold{lock_};
    callbacks_.push_back(std::move(callback));
    if (watch()) return;
    callback = std::move(callbacks_.back());
    callbacks_.pop_back();
  }
  std::vector<Callback> at_once;
  at_once.push_back(std::move(callback));
  run(at_once);
}

const std::exception_ptr& FutureCore::error() const {
  if (phase() == Phase::cancelled) throw CancelledError{};
  return error_;
}

}  // namespace tandem::futures
