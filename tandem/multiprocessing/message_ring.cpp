#include "tandem/multiprocessing/message_ring.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "tandem/sync/interrupt.hpp"

namespace tandem::multiprocessing {
namespace {

// Who only tries has no reason to fail because somebody else is in the middle of a put or get: they are short. A time-out for those
// of a process that was stopped, or that has died and must be found out.
constexpr auto longest_call = std::chrono::milliseconds{200};

constexpr sync::Cancel nothing_ends_it{.allowed = false};

/// How to wait for the other side of the queue, which was last at work on that processor. Who looks around there holds up whom he
/// waits for; and if he slept at once, he would be woken for the first message, and take the processor back for that one alone.
Sleepers::First how_to_wait_for(const RingState::Word32& processor) noexcept {
  const bool is_here = processor.load(std::memory_order_relaxed) == this_processor();
  return is_here ? Sleepers::First::gives_way : Sleepers::First::looks_around;
}

bool gave_up(Deadline deadline, const sync::Cancel& cancel) { return cancel.allowed && sync::gave_up(deadline); }

}  // namespace

void MessageRing::format(const shared::Window& window, Limits limits) {
  constexpr std::uint64_t all = shared::Window::size / RingGeometry::unit;
  const std::uint64_t max_units = limits.max_bytes == 0 ? all : std::min(all, limits.max_bytes / RingGeometry::unit);
  RingMemory::format(window, limits.maxsize, max_units);
}

bool MessageRing::lock_contended(sync::RobustLockWord& word, Deadline deadline, sync::Cancel cancel) {
  return word.acquire(std::max(deadline, Deadline{longest_call}), cancel) || gave_up(deadline, cancel);
}

bool MessageRing::wait_for_room(const RingTail::Full& full, Deadline deadline, sync::Cancel cancel) {
  RingState& state = memory_.state();
  const auto is_worth_a_look = [&] {
    return state.head.position.load(std::memory_order_seq_cst) != full.head ||
           state.settings.changes.load(std::memory_order_seq_cst) != full.changes || how_ended() != 0 || is_closed();
  };
  const auto wake = full.of_messages ? Sleepers::Each::serves_one : Sleepers::Each::may_not_do;
  const auto first = how_to_wait_for(state.head.processor);
  return state.producers.who.wait(is_worth_a_look, wake, deadline, cancel, first) || gave_up(deadline, cancel);
}

bool MessageRing::wait_for_message(Deadline deadline, sync::Cancel cancel) {
  if (deadline == Deadline::passed()) return false;
  RingState& state = memory_.state();
  const auto is_worth_a_look = [&] {
    return state.tail.position.load(std::memory_order_seq_cst) != state.head.position.load(std::memory_order_seq_cst) ||
           how_ended() != 0 || is_closed();
  };
  const auto wait = [&](Deadline until) {
    const auto first = how_to_wait_for(state.tail.processor);
    return state.consumers.who.wait(is_worth_a_look, Sleepers::Each::serves_one, until, cancel, first);
  };
  // Nobody is in a hurry any more when the first nap is over: then there is time to tidy up.
  const Deadline nap_end{sync::SharedFutex::nap};
  if (wait(std::min(deadline, nap_end))) return true;
  if (deadline > nap_end && !(cancel.stop != nullptr && cancel.stop->stop_requested())) {
    gave_up(deadline, cancel);
    settle_if_empty();
    if (wait(deadline)) return true;
  }
  return gave_up(deadline, cancel);
}

void MessageRing::settle_if_empty() {
  RingState& state = memory_.state();
  if (RingPosition{state.head.position.load(std::memory_order_acquire)}.ring() == 0) return;
  if (!state.head.lock.try_acquire()) return;
  const RingHead::Taking gives_up_lock{head_};
  head_.settle();
}

std::size_t MessageRing::qsize() const noexcept {
  const RingState& state = memory_.state();
  // The head is looked at twice: between two equal looks it was where it is when the tail was looked at.
  std::uint64_t head = state.head.position.load(std::memory_order_acquire);
  for (;;) {
    const RingPosition tail{state.tail.position.load(std::memory_order_acquire)};
    const std::uint64_t again = state.head.position.load(std::memory_order_acquire);
    if (again == head) return tail.messages_since(RingPosition{head});
    head = again;
  }
}

std::uint32_t MessageRing::messages_put() const noexcept {
  return RingPosition{memory_.state().tail.position.load(std::memory_order_acquire)}.count();
}

void MessageRing::maxsize(std::size_t messages) noexcept {
  RingState& state = memory_.state();
  state.settings.maxsize.store(messages, std::memory_order_relaxed);
  // Who loads the new count of changes finds the new size, too.
  state.settings.changes.fetch_add(1, std::memory_order_seq_cst);
  state.producers.who.wake_everybody();
}

void MessageRing::shutdown(bool immediate) noexcept {
  // Under the lock, so that no put is between having found it open and having put.
  sync::RobustLockWord& tail_lock = memory_.state().tail.lock;
  const bool locked = tail_lock.acquire(Deadline{longest_call}, nothing_ends_it);
  memory_.end(immediate ? RingState::shut_down | RingState::dropped : RingState::shut_down);
  if (locked) static_cast<void>(tail_lock.release());
}

void MessageRing::close() noexcept {
  closed_.store(true, std::memory_order_seq_cst);
  memory_.state().consumers.who.wake_everybody();
  memory_.state().producers.who.wake_everybody();
}

bool MessageRing::lock_head_for_a_moment() noexcept {
  return memory_.state().head.lock.acquire(Deadline{longest_call}, nothing_ends_it);
}

void MessageRing::lock_to_discard() {
  if (lock_head_for_a_moment()) return;
  throw std::runtime_error("MessageRing::discard: a process that is in the middle of a get does not go on; it may be stopped");
}

}  // namespace tandem::multiprocessing
