#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <stdexcept>

namespace tandem::threading {

/// Holds several locks, taken in the order of their addresses. See acquire_in_order().
template <std::size_t N>
class OrderedGuard {
 public:
  template <class... Locks>
  explicit OrderedGuard(Locks&... locks) : locks_{Entry::of(locks)...} {
    std::sort(locks_.begin(), locks_.end());
    const auto same = [](const Entry& a, const Entry& b) { return a.lock == b.lock; };
    if (std::adjacent_find(locks_.begin(), locks_.end(), same) != locks_.end()) {
      throw std::invalid_argument("acquire_in_order: the same lock twice, which would wait for itself");
    }
    try {
      for (; held_ < N; ++held_) locks_[held_].take(locks_[held_].lock);
    } catch (...) {
      give_back();
      throw;
    }
  }
  ~OrderedGuard() { give_back(); }
  OrderedGuard(const OrderedGuard&) = delete;
  OrderedGuard& operator=(const OrderedGuard&) = delete;

 private:
  struct Entry {
    void* lock;
    void (*take)(void* lock);
    void (*give)(void* lock);

    template <class Lock>
    static Entry of(Lock& taken) noexcept {
      return {&taken, [](void* it) { static_cast<Lock*>(it)->lock(); }, [](void* it) { static_cast<Lock*>(it)->unlock(); }};
    }
    friend bool operator<(const Entry& a, const Entry& b) noexcept { return std::less<void*>{}(a.lock, b.lock); }
  };

  void give_back() {
    while (held_ != 0) {
      const Entry& last = locks_[--held_];
      last.give(last.lock);
    }
  }

  std::array<Entry, N> locks_;
  std::size_t held_ = 0;
};

/// Takes locks of any kind (whatever has lock() and unlock()) in one order that is the same for everybody, that of their addresses,
/// and gives them back when the guard goes. Two threads that take the same locks so cannot wait for each other in a circle,
/// whichever they name first. Next to std::scoped_lock, which tries and backs off: this one waits in turn, and does not spin.
/// Throws std::invalid_argument if one is named twice, and what lock() throws, with nothing held.
///
///     auto both = acquire_in_order(from.lock, to.lock);
template <class... Locks>
[[nodiscard]] OrderedGuard<sizeof...(Locks)> acquire_in_order(Locks&... locks) {
  return OrderedGuard<sizeof...(Locks)>{locks...};
}

}  // namespace tandem::threading
