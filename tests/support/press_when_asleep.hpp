#pragma once

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/platform/signals.hpp"
#include "tandem/platform/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {

/// Ctrl-C for the thread that makes this, as soon as it sleeps in one of these system calls. For waits in the kernel; those in the
/// parking lot have InterruptTest::expect_interrupted().
class PressWhenAsleep {
 public:
  /// Their numbers, as /proc shows them.
  static constexpr const char* poll = "7";
  static constexpr const char* recvmsg = "47";

  explicit PressWhenAsleep(std::vector<std::string> calls = {poll})
      : presser_{[calls = std::move(calls), sleeper = platform::native_thread_id()] {
          const std::string shown = "/proc/self/task/" + std::to_string(sleeper) + "/syscall";
          EXPECT_TRUE(eventually([&] {
            std::string call;
            return std::ifstream{shown} >> call && std::find(calls.begin(), calls.end(), call) != calls.end();
          }));
          EXPECT_TRUE(platform::signal_thread(SIGINT, sleeper));
        }} {}

 private:
  std::jthread presser_;
};

}  // namespace tandem::test
