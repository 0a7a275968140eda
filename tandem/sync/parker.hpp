#pragma once

#include "tandem/sync/step.hpp"

namespace tandem::sync {

/// How whoever runs on this thread right now goes to sleep in LocalFutex: the thread itself blocks; a greenlet's hub puts its own
/// Parker here while it runs greenlets, and switches. Coroutines have none: they suspend in await_suspend with a Waiter of theirs.
class Parker {
 public:
  /// Sleeps as `park` says; Wake::cancelled only if it may be called off.
  virtual Wake park(const Park& park) noexcept = 0;

 protected:
  ~Parker() = default;
};

/// The one in force on the calling thread; by default the one that blocks the thread.
Parker& this_parker() noexcept;
/// Whether it is that one: then, and only then, a call that blocks the thread holds up nobody else.
bool may_block_thread() noexcept;

/// Puts another Parker in force on the calling thread for the scope's lifetime.
class ParkerScope {
 public:
  explicit ParkerScope(Parker& parker) noexcept;
  ~ParkerScope();
  ParkerScope(const ParkerScope&) = delete;
  ParkerScope& operator=(const ParkerScope&) = delete;

 private:
  Parker* const outer_;
};

}  // namespace tandem::sync
