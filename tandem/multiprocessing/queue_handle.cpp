#include "tandem/multiprocessing/queue_handle.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "tandem/multiprocessing/queue_item.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/queue/errors.hpp"
#include "tandem/shared/arena.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::multiprocessing {
namespace {

/// When the last handle has gone: the items that are left in the queue may mean other objects.
void dispose(const shared::Window& window) noexcept {
  try {
    MessageRing{window}.discard([](const IncomingMessage& message) { leave_queue(message.references); });
  } catch (const std::exception& error) {
    // What they mean is held until the program ends then.
    std::fprintf(stderr, "tandem: the rest of a queue could not be looked through: %s\n", error.what());
  }
}

bool look_through(const shared::Window& window, shared::Arena::Contents::Visit visit, void* context) noexcept {
  try {
    return MessageRing{window}.look_through([&](const IncomingMessage& message) {
      for (const auto& reference : message.references) visit(context, reference);
    });
  } catch (const std::exception&) {
    return false;
  }
}

[[maybe_unused]] const bool is_told = [] {
  shared::Arena::contents(shared::Kind::queue, {.dispose = dispose, .look_through = look_through});
  return true;
}();

MessageRing* ring_of(shared::Object& object) {
  return &object.local<MessageRing>([&] { return MessageRing{object.window()}; });
}

}  // namespace

QueueHandle::QueueHandle(QueueOptions options) : SharedHandle{shared::Kind::queue} {
  const std::uint64_t max_bytes = options.max_bytes != 0 ? options.max_bytes : platform::physical_memory();
  MessageRing::format(object().window(), {.maxsize = options.maxsize, .max_bytes = max_bytes});
  ring_ = ring_of(object());
}

void QueueHandle::load(remote::InputArchive& in) {
  load_object(in, shared::Kind::queue);
  ring_ = ring_of(object());
}

bool QueueHandle::full() const {
  const std::size_t most = maxsize();
  return most != 0 && qsize() >= most;
}

void QueueHandle::shutdown(bool immediate) {
  ring().shutdown(immediate);
  if (!immediate) return;
  const std::size_t dropped = ring().discard([](const IncomingMessage& message) { leave_queue(message.references); });
  // What was dropped counts as done; but fewer may be unfinished, where reports ran ahead of the gets.
  State& state = object().state<State>();
  std::uint32_t seen = state.done.load(std::memory_order_relaxed);
  std::uint32_t done = 0;
  do {
    const std::size_t left = (ring_->messages_put() - seen) & RingPosition::count_mask;
    done = seen + static_cast<std::uint32_t>(std::min(left, dropped));
  } while (!state.done.compare_exchange_weak(seen, done, std::memory_order_acq_rel, std::memory_order_relaxed));
  state.joiners.wake_everybody();
}

void QueueHandle::close() { ring().close(); }

bool QueueHandle::done(MessageRing::Outcome outcome, Deadline deadline) {
  if (outcome == MessageRing::Outcome::shut_down) throw queue::ShutDown{};
  return done_or_shut_down(outcome, deadline);
}

bool QueueHandle::done_or_shut_down(MessageRing::Outcome outcome, Deadline deadline) {
  switch (outcome) {
    case MessageRing::Outcome::done:
      return true;
    case MessageRing::Outcome::closed:
      throw std::invalid_argument("this queue was closed by its process: it can be used in others only");
    case MessageRing::Outcome::not_in_time:
      return sync::gave_up(deadline);
    case MessageRing::Outcome::shut_down:
      return false;
  }
  return false;  // all outcomes return above
}

std::uint32_t QueueHandle::unfinished() const noexcept {
  const auto& state = object().state<State>();
  return (ring_->messages_put() - state.done.load(std::memory_order_acquire)) & RingPosition::count_mask;
}

void QueueHandle::report_done(std::size_t items) {
  ring();
  auto& state = object().state<State>();
  std::uint32_t seen = state.done.load(std::memory_order_relaxed);
  std::uint32_t left = 0;
  do {
    left = (ring_->messages_put() - seen) & RingPosition::count_mask;
    if (left < items) throw std::invalid_argument("JoinableQueue::task_done: called more often than items were put");
  } while (!state.done.compare_exchange_weak(seen, seen + static_cast<std::uint32_t>(items), std::memory_order_acq_rel,
                                             std::memory_order_relaxed));
  if (left == items) state.joiners.wake_everybody();
}

bool QueueHandle::wait_until_done(Deadline deadline, sync::Cancel cancel) const {
  ring();
  auto& state = object().state<State>();
  const auto all_done = [this] { return unfinished() == 0; };
  return state.joiners.wait(all_done, Sleepers::Each::may_not_do, deadline, cancel) || sync::gave_up(deadline);
}

}  // namespace tandem::multiprocessing
