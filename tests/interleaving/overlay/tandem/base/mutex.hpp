#pragma once

#include "tests/interleaving/checker/hooks.hpp"

namespace tandem::base {

/// The checked build's mutex: whoever finds it taken waits in the scheduler.
class Mutex {
 public:
  constexpr Mutex() noexcept = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() noexcept { interleaving::lock(object_); }
  void unlock() noexcept { interleaving::unlock(object_); }

 private:
  interleaving::Object object_;
};

}  // namespace tandem::base
