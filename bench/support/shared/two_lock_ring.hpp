#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <span>
#include <utility>

#include <immintrin.h>

#include "bench/support/shared/shared_futex.hpp"
#include "bench/support/shared/shared_memory.hpp"

namespace tandem::bench {

/// Looks around for a microsecond or two, then sleeps on a futex. Whoever dies with it keeps it.
class BareLock {
 public:
  void lock() noexcept {
    for (int i = 0; i < looks; ++i) {
      std::uint32_t expected = free;
      if (word_.compare_exchange_weak(expected, held, std::memory_order_acquire, std::memory_order_relaxed)) return;
      _mm_pause();
    }
    while (word_.exchange(wanted, std::memory_order_acquire) != free) shared_futex_wait(word_, wanted);
  }
  void unlock() noexcept {
    if (word_.exchange(free, std::memory_order_release) == wanted) shared_futex_wake(word_, 1);
  }

  static constexpr int looks = 40;

 private:
  static constexpr std::uint32_t free = 0, held = 1, wanted = 2;  // wanted: held, and somebody may sleep

  FutexWord word_{free};
};

/// One that waits for the other side of a ring; there is never more than one, as it holds its side's lock.
class BareSleeper {
 public:
  /// `ready` looks at a word that the other side has written before it calls wake().
  template <class Ready>
  void wait_until(Ready ready) noexcept {
    for (int i = 0; i < BareLock::looks; ++i) {
      if (ready()) return;
      _mm_pause();
    }
    for (;;) {
      sleeps_.store(1, std::memory_order_seq_cst);  // before the look: either that sees the word, or wake() sees this
      if (ready()) return;
      shared_futex_wait(sleeps_, 1);
    }
  }
  void wake() noexcept {
    if (sleeps_.load(std::memory_order_seq_cst) == 0) return;
    sleeps_.store(0, std::memory_order_relaxed);
    shared_futex_wake(sleeps_, 1);
  }

 private:
  FutexWord sleeps_{0};
};

/// A ring with a lock for each side, and nothing else: no thought of a process that dies, no deadline, messages of one size. How
/// fast a queue between processes can be. A handle.
template <std::size_t message_size, std::size_t capacity>
class TwoLockRing {
 public:
  /// Throws nothing; `message` has the size that the ring is for.
  void send(std::span<const std::byte> message) noexcept {
    Ring& ring = *ring_;
    {
      const std::scoped_lock hold{ring.senders};
      const std::uint64_t tail = ring.tail.load(std::memory_order_relaxed);
      const auto has_room = [&] { return tail - (ring.seen_head = ring.head.load(std::memory_order_seq_cst)) < capacity; };
      if (tail - ring.seen_head == capacity) ring.waits_for_room.wait_until(has_room);
      std::memcpy(ring.slots[tail % capacity].data(), message.data(), message_size);
      ring.tail.store(tail + 1, std::memory_order_seq_cst);
    }
    ring.waits_for_message.wake();
  }
  void receive(std::span<std::byte> message) noexcept {
    Ring& ring = *ring_;
    {
      const std::scoped_lock hold{ring.receivers};
      const std::uint64_t head = ring.head.load(std::memory_order_relaxed);
      const auto has_message = [&] { return (ring.seen_tail = ring.tail.load(std::memory_order_seq_cst)) != head; };
      if (ring.seen_tail == head) ring.waits_for_message.wait_until(has_message);
      std::memcpy(message.data(), ring.slots[head % capacity].data(), message_size);
      ring.head.store(head + 1, std::memory_order_seq_cst);
    }
    ring.waits_for_room.wake();
  }

 private:
  struct Ring {
    // Of the senders.
    alignas(128) BareLock senders;
    std::uint64_t seen_head = 0;  // how far the receivers had come when last looked at
    alignas(128) std::atomic<std::uint64_t> tail{0};
    BareSleeper waits_for_room;
    // Of the receivers.
    alignas(128) BareLock receivers;
    std::uint64_t seen_tail = 0;
    alignas(128) std::atomic<std::uint64_t> head{0};
    BareSleeper waits_for_message;

    alignas(128) std::array<std::array<std::byte, message_size>, capacity> slots;
  };

  Shared<Ring> ring_{std::in_place};
};

}  // namespace tandem::bench
