#include "tandem/futures/future_core.hpp"

#include <cstdio>
#include <string>
#include <utility>

#include "tandem/base/exception_text.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::futures {

/// Sleeps until the phase says done.
class FutureCore::Wait {
 public:
  Wait(FutureCore& core, Deadline deadline) noexcept : core_{core}, deadline_{deadline} {}

  sync::Step step(sync::Wake why) noexcept {
    std::uint32_t value = core_.word_.load(std::memory_order_acquire);
    for (;;) {
      done_ = static_cast<Phase>(value & phase_mask) >= Phase::cancelled;
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
  const sync::Guard hold{lock_};
  if (phase() != Phase::pending) return false;
  word_.fetch_or(static_cast<std::uint32_t>(Phase::running), std::memory_order_relaxed);
  return true;
}

bool FutureCore::cancel() {
  if (phase() == Phase::pending && !revoke()) return phase() == Phase::cancelled;
  std::vector<Callback> callbacks;
  {
    const sync::Guard hold{lock_};
    if (phase() != Phase::pending) return phase() == Phase::cancelled;
    callbacks = complete(Phase::cancelled);
  }
  run(callbacks);
  return true;
}

bool FutureCore::finish_as_cancelled() noexcept {
  std::vector<Callback> callbacks;
  {
    const sync::Guard hold{lock_};
    if (done()) return false;
    callbacks = complete(Phase::cancelled);
  }
  run(callbacks);
  return true;
}

void FutureCore::finish_with_error(std::exception_ptr error) {
  finish([&] { error_ = std::move(error); });
}

void FutureCore::expect_unfinished() const {
  if (phase() == Phase::cancelled) throw InvalidStateError("the future was cancelled: it takes no result");
  if (phase() == Phase::finished) throw InvalidStateError("the future has its result: it takes no second one");
}

std::vector<FutureCore::Callback> FutureCore::complete(Phase phase) noexcept {
  const std::uint32_t before = word_.exchange(static_cast<std::uint32_t>(phase), std::memory_order_release);
  if ((before & awaited) != 0) sync::LocalFutex::wake(word_, sync::everybody);
  while (Observer* observer = observers_.pop_front()) observer->completed();
  return std::move(callbacks_);
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

bool FutureCore::wait(Deadline deadline) {
  if (done()) return true;
  if (deadline.is_never()) help();  // with a deadline it might be long over when the work is done
  Wait machine{*this, deadline};
  sync::drive<sync::LocalFutex>(machine);
  return machine.done() || sync::gave_up(deadline);
}

bool FutureCore::subscribe(Observer& observer) noexcept {
  const sync::Guard hold{lock_};
  if (done()) return false;
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
    if (!done()) {
      callbacks_.push_back(std::move(callback));
      return;
    }
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
