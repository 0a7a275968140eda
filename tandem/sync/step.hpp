#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "tandem/base/atomics.hpp"
#include "tandem/base/deadline.hpp"

namespace tandem::sync {

/// What the algorithms are made of: a word that somebody may sleep on.
using Word = base::Atomic<std::uint32_t>;

/// What may call a wait off, apart from its deadline.
struct Cancel {
  /// Nothing does, if not: not Ctrl-C either, see interrupt.hpp.
  bool allowed = true;
  /// If there is one, a request to stop does. Must outlive the wait.
  const std::stop_token* stop = nullptr;
};

/// A step machine's wish: sleep while `*word == expected`, at the latest until `deadline`, or until called off. A machine that must
/// have its lock back before it may go has nothing to answer to a Ctrl-C: it says that this sleep cannot be.
struct Park {
  const Word* word;
  std::uint32_t expected;
  Deadline deadline;
  Cancel cancel{};
  // When the machine began to wait, if it may be handed what it waits for after too long; else this sleep counts by itself.
  // Somebody who is woken again and again and always loses the race has waited all the time.
  Deadline::TimePoint since{};
};

/// For machines that fill in Park::since: asks the clock once.
class WaitBegin {
 public:
  Deadline::TimePoint get() noexcept {
    if (began_ == Deadline::TimePoint{}) began_ = Deadline::Clock::now();
    return began_;
  }

 private:
  Deadline::TimePoint began_{};
};

/// Why a step machine runs again.
enum class Wake : std::uint8_t {
  start,      ///< Its first step.
  notified,   ///< The word changed, or somebody woke this waiter: look again.
  granted,    ///< Woken, and what it waited for has been handed over already.
  timed_out,  ///< The deadline passed: look a last time, then give up.
  cancelled,  ///< Somebody asked this wait to end: look a last time, then give up.
};

/// What a step came to: nothing, the machine is done; or a Park.
using Step = std::optional<Park>;

/// An algorithm cut at the points where it sleeps, so that it is written once and runs for a thread (which blocks), a greenlet
/// (which switches to its hub) and a coroutine (which suspends). A driver calls step(Wake::start), sleeps as it is told, and steps
/// again with the reason of waking, until the answer is empty. The machine must stay where it is between two steps: others may hold
/// pointers into it.
///
/// The tempting wrong version is a blocking loop `while (!try_lock()) futex_wait(...)`: it cannot serve a coroutine, which has to
/// return to its loop and yet must park *again* when it was woken and lost the race.
template <class M>
concept StepMachine = requires(M& machine, Wake why) {
  { machine.step(why) } noexcept -> std::same_as<Step>;
};

}  // namespace tandem::sync
