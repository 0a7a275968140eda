#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/support/contender.hpp"
#include "tandem/multiprocessing.hpp"

namespace tandem::bench {

/// Processes made by tandem, for what has handles that are sent to them. What they share besides must be mapped before this is
/// made, which calls tandem::init.
class TandemProcesses {
 public:
  explicit TandemProcesses(const Order& order) { init(order.argc, order.argv); }
  TandemProcesses(const TandemProcesses&) = delete;
  TandemProcesses& operator=(const TandemProcesses&) = delete;
  /// Kills those that have not ended.
  ~TandemProcesses() {
    for (const multiprocessing::Process& process : processes_) process.kill();
  }

  template <class F, class... Args>
  void start(F fn, const Args&... args) {
    processes_.push_back(multiprocessing::Process::started(fn, args...));
  }
  /// Throws std::runtime_error if one has failed.
  void check_all() const {
    for (const multiprocessing::Process& process : processes_) {
      if (const auto code = process.exitcode(); code && *code != 0) {
        throw std::runtime_error(process.name() + " ended with exit code " + std::to_string(*code));
      }
    }
  }
  /// Waits until all have ended; throws std::runtime_error if one has failed.
  void join() {
    for (const multiprocessing::Process& process : processes_) process.join();
    check_all();
  }

 private:
  std::vector<multiprocessing::Process> processes_;
};

}  // namespace tandem::bench
