#include "tandem/sync/barrier.hpp"

#include <utility>

#include "tandem/sync/guard.hpp"

namespace tandem::sync {

/// Takes the lock, and then either lets all go or sleeps. Who was let go leaves without the lock; who gives up needs it.
class Barrier::Wait {
 public:
  Wait(Barrier& barrier, Deadline deadline) noexcept
      : barrier_{barrier}, deadline_{deadline}, enter_{barrier.lock_.word_, Deadline::never()}, leave_{enter_} {}

  Step step(Wake why) noexcept {
    switch (phase_) {
      case Phase::entering:
        if (Step park = with_lock(enter_, why)) return park;
        enter();
        release();
        if (fate_ != Fate::waiting) return {};
        phase_ = Phase::sleeping;
        return sleep();
      case Phase::sleeping:
        fate_ = static_cast<Fate>(place_.word.load(std::memory_order_acquire));
        if (fate_ != Fate::waiting) return {};
        if (why != Wake::timed_out && why != Wake::cancelled) return sleep();
        give_up_ = why == Wake::timed_out ? Fate::timed_out : Fate::called_off;
        phase_ = Phase::leaving;
        why = Wake::start;
        [[fallthrough]];
      case Phase::leaving:
        if (Step park = with_lock(leave_, why)) return park;
        leave();
        release();
        return {};
    }
    return {};  // all phases return above
  }

  Fate fate() const noexcept { return fate_; }
  int index() const noexcept { return index_; }
  /// What the action threw, if this party ran it.
  const std::exception_ptr& error() const noexcept { return error_; }

 private:
  enum class Phase { entering, sleeping, leaving };
  using Acquire = LockWord<LocalFutex>::Acquire;

  static Step with_lock(Acquire& acquire, Wake why) noexcept {
    Step park = acquire.step(why);
    if (park) park->cancel.allowed = false;  // it is free soon, or when the action has ended; and who comes or leaves needs it
    return park;
  }
  void release() noexcept { static_cast<void>(barrier_.lock_.word_.release()); }
  Step sleep() const noexcept { return Park{&place_.word, static_cast<std::uint32_t>(Fate::waiting), deadline_}; }

  void enter() noexcept {
    if (barrier_.state_ != Fate::passed) {
      fate_ = barrier_.state_;
      return;
    }
    index_ = barrier_.arrived_++;
    if (barrier_.arrived_ < barrier_.parties_) {
      barrier_.places_.push_back(place_);
      return;
    }
    run_action();
    if (error_ == nullptr) {
      barrier_.settle(Fate::passed);
    } else {
      barrier_.break_by(Fate::action_failed);
    }
    fate_ = Fate::passed;
  }

  void run_action() noexcept {
    if (!barrier_.action_) return;
    barrier_.acting_.store(current(), std::memory_order_relaxed);
    try {
      barrier_.action_();
    } catch (...) {
      error_ = std::current_exception();
    }
    barrier_.acting_.store(nobody, std::memory_order_relaxed);
  }

  /// Decided under the lock and not by how the sleep ended: the others may have come while we waited for it.
  void leave() noexcept {
    fate_ = static_cast<Fate>(place_.word.load(std::memory_order_relaxed));
    if (fate_ != Fate::waiting) return;
    fate_ = give_up_;
    barrier_.places_.remove(place_);
    barrier_.break_by(give_up_);
  }

  Barrier& barrier_;
  const Deadline deadline_;
  Acquire enter_;
  Acquire leave_;
  Place place_;
  Phase phase_ = Phase::entering;
  Fate fate_ = Fate::waiting;
  Fate give_up_ = Fate::timed_out;
  int index_ = 0;
  std::exception_ptr error_;
};

Barrier::Barrier(int parties, Action action, std::chrono::nanoseconds timeout)
    : parties_{checked_parties(parties)}, timeout_{timeout}, action_{std::move(action)} {}

int Barrier::wait_until(Deadline deadline, Cancel cancel) {
  expect_no_action("wait");
  Wait machine{*this, deadline};
  drive<LocalFutex>(machine, cancel);
  if (machine.error() != nullptr) std::rethrow_exception(machine.error());
  if (machine.fate() == Fate::passed) return machine.index();
  if (machine.fate() == Fate::called_off) check_interrupt();
  throw_broken(machine.fate());
}

void Barrier::reset() {
  expect_no_action("reset");
  const Guard hold{lock_};
  settle(Fate::reset);
  state_ = Fate::passed;
}

void Barrier::abort() {
  expect_no_action("abort");
  const Guard hold{lock_};
  break_by(Fate::aborted);
}

int Barrier::n_waiting() const {
  expect_no_action("n_waiting");
  const Guard hold{lock_};
  return arrived_;
}

bool Barrier::broken() const {
  expect_no_action("broken");
  const Guard hold{lock_};
  return state_ != Fate::passed;
}

/// Under lock_: decides for all who wait here.
void Barrier::settle(Fate fate) noexcept {
  arrived_ = 0;
  while (Place* const place = places_.pop_front()) {
    const Word& address = place->word;
    place->word.store(static_cast<std::uint32_t>(fate), std::memory_order_release);
    LocalFutex::wake(address, 1);
  }
}

/// Under lock_.
void Barrier::break_by(Fate reason) noexcept {
  state_ = reason;
  settle(reason);
}

void Barrier::expect_no_action(const char* call) const {
  if (acting_.load(std::memory_order_relaxed) != current()) return;
  throw_used_by_its_action(call);
}

}  // namespace tandem::sync
