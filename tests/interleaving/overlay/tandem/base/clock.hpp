#pragma once

#include <chrono>

#include "tests/interleaving/checker/hooks.hpp"

namespace tandem::base {

/// The checked build's clock: it stands still, but for the jumps that the scheduler chooses.
struct Clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;

  static time_point now() noexcept { return time_point{interleaving::virtual_time()}; }
};

}  // namespace tandem::base
