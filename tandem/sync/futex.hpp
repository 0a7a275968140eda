#pragma once

#include <concepts>

#include "tandem/sync/step.hpp"

namespace tandem::sync {

/// What a waker learns about the first sleeper, before anybody else can change it.
struct NextWaiter {
  bool found;    ///< Somebody is woken by this call.
  bool more;     ///< Others may sleep on the same word. False only if certainly nobody does.
  bool overdue;  ///< The one who is woken has slept so long that it should be handed what it waits for.
};

/// The narrow waist: what sleeping means. Everything above is written against this concept and none of it asks which kind it has.
///
/// - park(p): sleeps while `*p.word == p.expected`, for the calling thread or greenlet; says why it ended. Wake::cancelled only if
///   `p.cancel` allows it.
/// - wake(word, n): wakes up to n sleepers, first come first served. Uses only the word's address: the word may be gone.
/// - wake_one(word, decide): wakes one sleeper. `Wake decide(NextWaiter)` is called exactly once, atomically with respect to other
///   parks and wakes of this word: a sleeper that is about to park compares the word either before or after it. It may change the
///   word, and answers Wake::notified, or Wake::granted if the sleeper need not look again. It must be short and must not throw.
template <class F>
concept Futex = requires(const Park& park, const Word& word, unsigned n, Wake (*decide)(NextWaiter) noexcept) {
  { F::park(park) } noexcept -> std::same_as<Wake>;
  { F::wake(word, n) } noexcept;
  { F::wake_one(word, decide) } noexcept;
};

/// Everybody: for wake().
inline constexpr unsigned everybody = ~0U;

/// Runs a machine to its end for whoever calls: the thread, or the greenlet that it runs. `cancel` is about the whole run; single
/// sleeps of the machine may forbid more.
template <Futex F, StepMachine M>
void drive(M& machine, Cancel cancel = {}) noexcept {
  Wake why = Wake::start;
  while (Step park = machine.step(why)) {
    park->cancel = {.allowed = park->cancel.allowed && cancel.allowed, .stop = cancel.stop};
    why = F::park(*park);
  }
}

}  // namespace tandem::sync
