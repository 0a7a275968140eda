#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "tandem/base/atomics.hpp"

namespace tandem::futures {

/// What one worker has submitted, as pointers. The worker, its owner, adds and takes back at the bottom; everybody, the owner too,
/// takes the oldest from the top. After D. Chase and Y. Lev, "Dynamic circular work-stealing deque" (SPAA 2005).
///
/// Guarantees: each pointer that was pushed is given out once. push() either adds, or throws std::bad_alloc and adds nothing.
/// Memory order: what was done before push() is visible to whoever gets that pointer. push() and empty() are sequentially
/// consistent: see ThreadEngine, which needs that one of two who do "push, then look at x" and "change x, then look whether this is
/// empty" sees the other.
/// Lifetime: nobody may use it while it is destroyed.
template <class T>
class WorkDeque {
 public:
  explicit WorkDeque(std::size_t capacity = 256) : ring_{nullptr} { use(std::make_unique<Ring>(capacity)); }
  WorkDeque(const WorkDeque&) = delete;
  WorkDeque& operator=(const WorkDeque&) = delete;

  /// By the owner.
  void push(T* item) {
    const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);  // nobody else writes it
    // Acquire: a place may only be written again after those who took what was there have read it, which they did before they
    // moved the top. A thief who has read a top from long ago may read the new item there, but cannot move the top any more.
    const std::int64_t top = top_.load(std::memory_order_acquire);
    Ring* ring = ring_.load(std::memory_order_relaxed);
    if (bottom - top >= ring->capacity()) ring = grow(top, bottom);
    ring->at(bottom).store(item, std::memory_order_relaxed);
    bottom_.store(bottom + 1, std::memory_order_seq_cst);  // a release at least: thieves read the place through it
  }

  /// By the owner: takes the youngest if it is `item`, which must be alive (so that no other can stand there under its address).
  bool take_back(const T* item) noexcept {
    const std::int64_t bottom = bottom_.load(std::memory_order_relaxed) - 1;
    Ring* const ring = ring_.load(std::memory_order_relaxed);
    // This look is no promise: a thief may be faster. But nobody puts anything else there meanwhile.
    if (bottom < top_.load(std::memory_order_relaxed) || ring->at(bottom).load(std::memory_order_relaxed) != item) return false;
    // First say that it is ours, then look whether a thief had it before; the thief looks at the top first, and then at the bottom.
    // All four are in the one order of sequentially consistent operations. If a thief moves the top to `bottom` and then still
    // finds the old bottom, his second look was before our store, so his first was, too, and our look at the top, which comes after
    // the store, finds the top there: then we both go for the last item by compare-exchange.
    bottom_.store(bottom, std::memory_order_seq_cst);
    std::int64_t top = top_.load(std::memory_order_seq_cst);
    if (top < bottom) return true;  // there is more than this: no thief can come so far without seeing our store
    const bool won =
        top == bottom && top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed);
    bottom_.store(bottom + 1, std::memory_order_relaxed);  // empty now, whoever got it; only the owner minds
    return won;
  }

  /// Takes the oldest; nullptr if there is none, or none is left after somebody else was faster.
  T* take() noexcept {
    for (;;) {
      std::int64_t top = top_.load(std::memory_order_seq_cst);
      // Sequentially consistent, see take_back(); and an acquire, which is the partner of the store in push().
      if (top >= bottom_.load(std::memory_order_seq_cst)) return nullptr;
      // Acquire: what grow() has copied. The ring may be an old one by now, but what stands between top and bottom is the same
      // there.
      T* const item = ring_.load(std::memory_order_acquire)->at(top).load(std::memory_order_relaxed);
      if (top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed)) return item;
    }
  }

  /// By the owner: takes the oldest if it is `item`, which must be alive.
  bool take_if_oldest(const T* item) noexcept {
    std::int64_t top = top_.load(std::memory_order_acquire);
    if (top >= bottom_.load(std::memory_order_relaxed)) return false;
    if (ring_.load(std::memory_order_relaxed)->at(top).load(std::memory_order_relaxed) != item) return false;
    return top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed);
  }

  /// Of the moment.
  std::size_t size() const noexcept {
    const std::int64_t top = top_.load(std::memory_order_seq_cst);
    const std::int64_t bottom = bottom_.load(std::memory_order_seq_cst);
    return bottom > top ? static_cast<std::size_t>(bottom - top) : 0;
  }
  bool empty() const noexcept { return size() == 0; }

 private:
  /// Places for a power of two of items; item number n stands at n modulo that.
  class Ring {
   public:
    explicit Ring(std::size_t capacity) : places_(capacity) {}
    std::int64_t capacity() const noexcept { return static_cast<std::int64_t>(places_.size()); }
    base::Atomic<T*>& at(std::int64_t number) noexcept { return places_[static_cast<std::size_t>(number) & (places_.size() - 1)]; }

   private:
    std::vector<base::Atomic<T*>> places_;
  };

  Ring* use(std::unique_ptr<Ring> ring) {
    rings_.push_back(std::move(ring));
    ring_.store(rings_.back().get(), std::memory_order_release);
    return rings_.back().get();
  }

  /// Thieves may still read the old ring; so it is kept. All old ones together are not larger than the new one.
  Ring* grow(std::int64_t top, std::int64_t bottom) {
    Ring* const old = ring_.load(std::memory_order_relaxed);
    auto larger = std::make_unique<Ring>(2 * static_cast<std::size_t>(old->capacity()));
    for (std::int64_t i = top; i < bottom; ++i) {
      larger->at(i).store(old->at(i).load(std::memory_order_relaxed), std::memory_order_relaxed);
    }
    return use(std::move(larger));
  }

  // top_ and bottom_ are the numbers of the oldest item and of the next one to be pushed; the items are those in between.
  // top_ only grows, by compare-exchange: who moves it has the item that it pointed to.
  // bottom_ is written by the owner only. It is one too low for a moment while take_back() goes for the last item.
  alignas(base::cache_line_size) base::Atomic<std::int64_t> top_{0};
  alignas(base::cache_line_size) base::Atomic<std::int64_t> bottom_{0};
  base::Atomic<Ring*> ring_;                  // the last of rings_
  std::vector<std::unique_ptr<Ring>> rings_;  // touched by the owner only
};

}  // namespace tandem::futures
