// A pipe's end never comes, because a program that was started later has inherited it; and somebody else's children are reaped
// (boostorg/process#564, #153).

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/platform/limits.hpp"
#include "tandem/subprocess.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using subprocess::PIPE;
using subprocess::Popen;

/// As many as the limit of open descriptors allows, at most 1,000: three each, and some for the test.
std::size_t how_many() { return std::min<std::size_t>(1000, (platform::raise_open_files_limit(3200) - 100) / 3); }

std::vector<Popen> start_from_threads(std::size_t count, std::size_t threads) {
  std::vector<std::vector<Popen>> started(threads);
  {
    std::vector<std::jthread> starters;
    for (std::vector<Popen>& mine : started) {
      starters.emplace_back([&mine, count, threads] {
        while (mine.size() < count / threads) mine.push_back(Popen{{"cat"}, {.stdin = PIPE, .stdout = PIPE}});
      });
    }
  }
  std::vector<Popen> all;
  for (std::vector<Popen>& some : started) {
    for (Popen& program : some) all.push_back(std::move(program));
  }
  return all;
}

TEST(Pain20, AThousandProgramsAllSeeTheEndOfTheirInput) {
  std::vector<Popen> programs = start_from_threads(how_many(), 4);
  RecordProperty("programs", static_cast<int>(programs.size()));
  ASSERT_GE(programs.size(), 100U) << "the hard limit of open descriptors is too low to see anything";
  // One after the other, while all others run: whoever has inherited the pipe of one would keep that one from ending.
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const std::string text = std::to_string(i);
    ASSERT_EQ(programs[i].communicate(text, 60s).out, text);
    ASSERT_EQ(programs[i].returncode(), 0);
  }
}

TEST(Pain20, NobodyElsesChildrenAreReaped) {
  const pid_t somebodys = ::fork();
  ASSERT_GE(somebodys, 0);
  if (somebodys == 0) ::_exit(3);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(somebodys), &info, WEXITED | WNOWAIT), 0);
  {
    std::vector<Popen> programs = start_from_threads(50, 1);
    for (Popen& program : programs) program.communicate("", 60s);
    subprocess::run({"true"});
    std::optional<Popen> detached{std::in_place, subprocess::Command{"true"}};
    siginfo_t ended{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(detached->pid()), &ended, WEXITED | WNOWAIT), 0);
    detached->detach();
    subprocess::run({"true"});
  }
  int status = 0;
  ASSERT_EQ(::waitpid(somebodys, &status, WNOHANG), somebodys) << "it is still there to be waited for";
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

}  // namespace
}  // namespace tandem::test
