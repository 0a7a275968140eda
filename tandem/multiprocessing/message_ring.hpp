#pragma once

#include <cstddef>

#include "tandem/multiprocessing/ring_head.hpp"
#include "tandem/multiprocessing/ring_memory.hpp"
#include "tandem/multiprocessing/ring_tail.hpp"

namespace tandem::multiprocessing {

/// The queue of messages beneath multiprocessing::Queue: bytes of any number, first in, first out, from any process to any, that
/// survives the death of each of them at every instruction. docs/inside/shared-queue.md argues why.
///
/// It lies in a window of a sparse file, and grows there by moving on to larger rings, as far as `max_bytes` allows; their memory
/// goes back to the system when they are drained. A put copies nothing but what the caller writes, into its place; a get hands out
/// the place. Neither calls the kernel unless somebody sleeps on the other side, or memory is needed.
///
/// Guarantees: a message is in the queue whole or not at all, and is handed out once; messages of one producer in their order, as
/// seen by one consumer. A producer that dies leaves nothing behind; a consumer takes along at most what it was about to get. Who
/// was stopped in the middle holds up his side of the queue as long as he is.
/// Memory order: what was done before a put is visible to whoever gets that message.
/// Lifetime: the window's file must outlive it. Any number of threads and processes may have one for the same window, and use it at
/// once. A child made by fork may go on using its parent's.
class MessageRing {
 public:
  struct Limits {
    std::size_t maxsize = 0;      ///< How many messages; 0: 2^30 - 1, which is also the most.
    std::uint64_t max_bytes = 0;  ///< Of them with what is around them, 8 to 15 bytes each; 0: as much as there is.
  };
  enum class Outcome {
    done,
    not_in_time,  ///< No message, or no room, until the deadline, or until called off.
    shut_down,    ///< Nothing can be put any more, or nothing is left to get.
    closed,       ///< By close(), here.
  };

  /// Makes the queue in a window that reads as zeros. Once, before all others. Throws std::system_error if memory is short.
  static void format(const shared::Window& window, Limits limits);
  /// The queue that is there. Throws std::logic_error if there is none, std::system_error.
  explicit MessageRing(const shared::Window& window) : memory_{window}, tail_{memory_}, head_{memory_, tail_} {}
  MessageRing(const MessageRing&) = delete;
  MessageRing& operator=(const MessageRing&) = delete;

  /// Waits for room, has `write(std::span<std::byte>)` fill the payload in its place, and puts it in. `write` runs while all other
  /// producers wait: it must be quick, must not use this queue, and is where to do what must be done just before the message can be
  /// seen. What it throws leaves the queue as it was.
  ///
  /// Throws std::length_error if the message can never fit, std::invalid_argument if it has too many references, std::system_error
  /// if memory is short (the queue is as before), KeyboardInterrupt. A deadline that has passed means to try once; still it waits,
  /// up to a fifth of a second, for others who are in the middle of a put.
  template <class Write>
  Outcome put(const OutgoingMessage& message, Write&& write, Deadline deadline, sync::Cancel cancel = {}) {
    const auto describe = [&](std::size_t) -> const OutgoingMessage& { return message; };
    const auto write_it = [&](std::size_t, std::span<std::byte> place) { write(place); };
    std::size_t in = 0;
    return put_range(in, 1, describe, write_it, deadline, cancel);
  }

  /// Puts messages 0 to count - 1: `describe(i)` gives an OutgoingMessage, `write(i, span)` fills it. As many as there is room for
  /// go in at once, with one store; then it waits for room for the rest. `in`, which must be 0 before, says how many are in, also
  /// if something throws: then these are those before the one that threw.
  template <class Describe, class Write>
  Outcome put_many(std::size_t& in, std::size_t count, Describe&& describe, Write&& write, Deadline deadline,
                   sync::Cancel cancel = {}) {
    return put_range(in, count, describe, write, deadline, cancel);
  }

  /// Waits for a message, and hands it to `read(const IncomingMessage&)` in its place. `read` runs while all other consumers wait,
  /// and before the message is taken from the queue: it should copy what is small, and must not use this queue. If it throws, the
  /// message is taken nevertheless.
  ///
  /// Throws what `read` does, std::system_error if there is no address space, KeyboardInterrupt, and std::runtime_error if what is
  /// there is no message: something has written over it. The queue is at its end then, as by shutdown(true). A deadline that has
  /// passed means the same as for put().
  template <class Read>
  Outcome get(Read&& read, Deadline deadline, sync::Cancel cancel = {}) {
    std::size_t out = 0;
    return get_many(out, 1, read, deadline, cancel);
  }

  /// Waits for a message, and takes what is there, up to `most`, with one store after the last one was read; `out`, which must be 0
  /// before, says how many. It may be fewer than are there. If `read` throws, those up to this one are taken.
  template <class Read>
  Outcome get_many(std::size_t& out, std::size_t most, Read&& read, Deadline deadline, sync::Cancel cancel = {});

  /// Takes all that is there, whether it was shut down or not; `visit(const IncomingMessage&)` sees each, for its references. Says
  /// how many. Throws as get() does; std::runtime_error also if somebody was stopped in the middle of a get, so that it has to be
  /// left alone.
  template <class Visit>
  std::size_t discard(Visit&& visit);

  /// Shows all messages that are there, and takes none, for their references; consumers wait meanwhile. False if that cannot be
  /// done, because somebody was stopped in the middle of a get, or what is there makes no sense.
  template <class Visit>
  bool look_through(Visit&& visit);

  /// Of the moment; others may change it before the caller looks.
  std::size_t qsize() const noexcept;
  /// How many messages were put since the beginning, modulo 2^30.
  std::uint32_t messages_put() const noexcept;
  std::size_t maxsize() const noexcept { return memory_.state().settings.maxsize.load(std::memory_order_relaxed); }
  /// At any time: who waits for room sees it at once. What is in the queue stays, also if it is more.
  void maxsize(std::size_t messages) noexcept;

  /// Lets nothing more in; with `immediate`, nothing more out: discard() what is left then. Everybody who waits is released. What
  /// was put before is there, and nothing comes after; only a producer that was stopped in the middle may do so when it goes on.
  void shutdown(bool immediate) noexcept;
  bool is_shut_down() const noexcept { return how_ended() != 0; }
  /// This process alone puts and gets no more by this object; waits that are under way end.
  void close() noexcept;
  /// Somebody has found that something wrote over it.
  bool is_damaged() const noexcept { return (how_ended() & RingState::corrupted) != 0; }

 private:
  template <class Describe, class Write>
  Outcome put_range(std::size_t& in, std::size_t count, Describe& describe, Write& write, Deadline deadline, sync::Cancel cancel);

  static bool lock(sync::RobustLockWord& word, Deadline deadline, sync::Cancel cancel) {
    return word.try_acquire() || lock_contended(word, deadline, cancel);
  }
  static bool lock_contended(sync::RobustLockWord& word, Deadline deadline, sync::Cancel cancel);
  bool wait_for_room(const RingTail::Full& full, Deadline deadline, sync::Cancel cancel);
  bool wait_for_message(Deadline deadline, sync::Cancel cancel);
  bool lock_head_for_a_moment() noexcept;
  void lock_to_discard();
  void settle_if_empty();
  bool is_closed() const noexcept { return closed_.load(std::memory_order_seq_cst); }
  std::uint32_t how_ended() const noexcept { return memory_.state().settings.ended.load(std::memory_order_acquire); }

  RingMemory memory_;
  RingTail tail_;
  RingHead head_;
  base::Atomic<bool> closed_{false};  // set once
};

template <class Describe, class Write>
MessageRing::Outcome MessageRing::put_range(std::size_t& in, std::size_t count, Describe& describe, Write& write, Deadline deadline,
                                            sync::Cancel cancel) {
  while (in < count) {
    if (is_closed()) return Outcome::closed;
    if (!lock(memory_.state().tail.lock, deadline, cancel)) return Outcome::not_in_time;
    RingTail::Full full;
    {
      RingTail::Putting putting{tail_};
      if (how_ended() != 0) return Outcome::shut_down;
      for (; in < count; ++in) {
        const OutgoingMessage& message = describe(in);
        const auto write_it = [&](std::span<std::byte> place) { write(in, place); };
        if (!putting.put(message, tail_.units_of(message), write_it)) break;
      }
      full = putting.full();
    }
    if (in < count && !wait_for_room(full, deadline, cancel)) return Outcome::not_in_time;
  }
  return Outcome::done;
}

template <class Read>
MessageRing::Outcome MessageRing::get_many(std::size_t& out, std::size_t most, Read&& read, Deadline deadline,
                                           sync::Cancel cancel) {
  while (most > 0) {
    if (is_closed()) return Outcome::closed;
    if (!lock(memory_.state().head.lock, deadline, cancel)) return Outcome::not_in_time;
    // Asked before the tail is: if it has ended already, nothing comes after what is there.
    const std::uint32_t ended = how_ended();
    {
      RingHead::Taking taking{head_};
      if ((ended & RingState::dropped) == 0) {
        for (; out < most && taking.take(read); ++out) {
        }
      }
    }
    if (out != 0) return Outcome::done;
    if (ended != 0) return Outcome::shut_down;
    if (!wait_for_message(deadline, cancel)) return Outcome::not_in_time;
  }
  return Outcome::done;
}

template <class Visit>
std::size_t MessageRing::discard(Visit&& visit) {
  std::size_t count = 0;
  for (std::size_t before = count;; before = count) {
    lock_to_discard();
    {
      RingHead::Taking taking{head_};
      while (taking.take(visit)) ++count;
    }
    if (count == before) return count;
  }
}

template <class Visit>
bool MessageRing::look_through(Visit&& visit) {
  if (!lock_head_for_a_moment()) return false;
  const RingHead::Taking gives_up_lock{head_};
  return head_.look_through(visit);
}

}  // namespace tandem::multiprocessing
