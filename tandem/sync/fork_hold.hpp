#pragma once

#include "tandem/sync/lock.hpp"

namespace tandem::sync {

/// Says that a forked child is to find `lock` free, and what it guards whole: for the few locks of the library's own that guard
/// what a whole process has. Once for each; the lock must live for ever.
void hold_over_forks(Lock& lock) noexcept;

/// The one `T` that the process has, made by the first call and never destroyed, as its users may come until the very end. It has a
/// member `lock`, which is held over forks.
template <class T>
T& kept_over_forks() {
  static T& made = []() -> T& {
    auto* all = new T;
    hold_over_forks(all->lock);
    return *all;
  }();
  return made;
}

/// While it lives, no other thread holds any of those locks. Whoever forks a process that is to go on as one of ours has it around
/// the fork. In the child, whose only thread is the one that forked, it lets them go as in the parent; LocalFutex::forget_all()
/// comes before, since whoever waited for them there has gone.
class ForkHold {
 public:
  ForkHold() noexcept;
  ~ForkHold();
  ForkHold(const ForkHold&) = delete;
  ForkHold& operator=(const ForkHold&) = delete;

 private:
  bool try_others(unsigned first) noexcept;

  unsigned count_;  // of the locks that it holds: the first ones
  unsigned blocked_ = 0;
};

}  // namespace tandem::sync
