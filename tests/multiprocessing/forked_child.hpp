#pragma once

// Processes of a test that share what the test has made, and can be stopped and killed. Only while the test has one thread.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/base/deadline.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/platform/process.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {

/// Within which time a death must be known: DESIGN promises 200 ms; the rest is for a machine that has other things to do.
inline constexpr std::chrono::milliseconds soon{2000};

/// A T in memory that this process and those that it forks have in common; zeros to begin with.
template <class T>
class Common {
 public:
  T& operator*() const noexcept { return *reinterpret_cast<T*>(memory_.data()); }
  T* operator->() const noexcept { return &**this; }

 private:
  static_assert(sizeof(T) <= 4096);
  platform::Fd file_ = platform::make_memfd("test", 4096);
  platform::Mapping memory_{file_, platform::Mapping::Access::read_write};
};

/// A forked process that runs `part` and exits with what that returns. Killed by the destructor, unless it was waited for.
class Child {
 public:
  template <class Part>
  explicit Child(Part part) : pid_{platform::fork_process()} {
    if (pid_ == 0) platform::exit_now(run(part));
  }
  Child(Child&& other) noexcept : pid_{std::exchange(other.pid_, 0)} {}
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (pid_ != 0) platform::kill_child(pid_);
  }

  int pid() const noexcept { return pid_; }
  void send(int signal) const { ASSERT_EQ(::kill(pid_, signal), 0); }
  /// Kills it, and does not take leave of it: what is left is a zombie, as after the death of somebody else's child.
  void kill() const { send(SIGKILL); }
  /// How it ended.
  platform::ExitCode wait() { return platform::reap_child(std::exchange(pid_, 0)).value_or(-1000); }

  /// Waits until it sleeps on a word: the kernel is asked.
  [[nodiscard]] ::testing::AssertionResult asleep() const {
    return eventually([this] {
      std::string call;
      return std::ifstream{"/proc/" + std::to_string(pid_) + "/syscall"} >> call && (call == "202" || call == "449");
    });
  }
  /// Waits until all of it has been stopped.
  [[nodiscard]] ::testing::AssertionResult stopped() const {
    return eventually([this] {
      std::ifstream file{"/proc/" + std::to_string(pid_) + "/stat"};
      const std::string text{std::istreambuf_iterator<char>{file}, {}};
      const auto name_end = text.rfind(')');
      return name_end != std::string::npos && text.substr(name_end + 2, 1) == "T";
    });
  }

 private:
  template <class Part>
  static int run(Part& part) noexcept {
    try {
      return part();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "a child of the test: %s\n", error.what());
      return EXIT_FAILURE;
    }
  }

  int pid_;
};

/// What a child and the test tell each other.
using Flag = base::Atomic<std::uint32_t>;
inline void raise(Flag& flag) noexcept { flag.store(1); }
[[nodiscard]] inline ::testing::AssertionResult raised(const Flag& flag) {
  return eventually([&] { return flag.load() != 0; });
}
/// In a child: waits to be killed.
[[noreturn]] inline void wait_for_death() {
  for (;;) std::this_thread::sleep_for(std::chrono::seconds{1});
}

}  // namespace tandem::test
