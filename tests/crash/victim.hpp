#pragma once

#include <csignal>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tests/crash/crash_fixture.hpp"

namespace tandem::test {

/// A process that runs until it is killed: it ends in no other way.
class Victim {
 public:
  template <class F, class... Args>
  explicit Victim(F fn, const Args&... args) : process_{multiprocessing::Process::started(fn, args...)} {}
  Victim(Victim&& other) noexcept : process_{std::exchange(other.process_, std::nullopt)} {}
  /// Kills the one that was here.
  Victim& operator=(Victim&& other) noexcept {
    if (this != &other) {
      kill();
      process_ = std::exchange(other.process_, std::nullopt);
    }
    return *this;
  }
  ~Victim() { kill(); }

  int pid() const { return process_->pid(); }
  void send(int signal) const { EXPECT_EQ(::kill(pid(), signal), 0) << "it has ended before it was killed"; }

  /// When it returns it has ended, and what it held has been given back.
  void kill() noexcept {
    if (!process_) return;
    process_->kill();
    EXPECT_TRUE(process_->join(patience));
    EXPECT_EQ(process_->exitcode(), -SIGKILL) << "it found something wrong; see what it has written";
    process_.reset();
  }

 private:
  std::optional<multiprocessing::Process> process_;
};

}  // namespace tandem::test
