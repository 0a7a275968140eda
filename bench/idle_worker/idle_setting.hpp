#pragma once

#include <memory>
#include <vector>

#include <sys/types.h>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// What an order's setting says: "WORKERS-PARENT-SHARE". PARENT is small, or big: it has 1 GiB of touched memory before it makes
/// its workers. SHARE is pss: pages that several processes have are divided among them; or own: pages that it alone has.
class IdleSetting {
 public:
  /// Throws std::invalid_argument for another one.
  explicit IdleSetting(const Order& order);

  int workers() const noexcept { return workers_; }
  /// Lets this process grow, if it is to be a big parent, as long as the setting lives.
  void grow();
  /// The mean of these processes, in bytes.
  double mean_memory(const std::vector<pid_t>& processes) const;

 private:
  int workers_ = 0;
  bool is_big_ = false;
  bool is_own_ = false;
  std::unique_ptr<char[]> memory_;
};

}  // namespace tandem::bench
