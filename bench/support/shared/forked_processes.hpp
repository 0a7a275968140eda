#pragma once

#include <functional>
#include <vector>

#include <sys/types.h>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// Processes made by a plain fork, for those that are compared with tandem. To be made while there is one thread.
class ForkedProcesses {
 public:
  explicit ForkedProcesses(const Order& /*order*/) {}
  ForkedProcesses(const ForkedProcesses&) = delete;
  ForkedProcesses& operator=(const ForkedProcesses&) = delete;
  /// Kills those that have not been joined.
  ~ForkedProcesses();

  /// Calls the function in a new process, which ends then. An exception is printed there and makes the process one that failed.
  template <class F, class... Args>
  void start(F fn, const Args&... args) {
    start_child([=] { fn(args...); });
  }
  /// Throws std::runtime_error if one has failed.
  void check_all() const;
  /// Waits until all have ended; throws std::runtime_error if one has failed.
  void join();

 private:
  void start_child(const std::function<void()>& work);

  std::vector<pid_t> children_;  // those not waited for
};

}  // namespace tandem::bench
