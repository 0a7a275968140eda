#include "tandem/multiprocessing/os.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tandem/platform/cpu_count.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/one_processor.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::multiprocessing {
namespace {

using namespace std::chrono_literals;

void sleep_long() { std::this_thread::sleep_for(60s); }

TEST(WaitForAny, GivesThoseThatHaveEnded) {
  Process stays{sleep_long};
  Process ends{[] { std::exit(3); }};
  stays.start();
  ends.start();
  auto left = active_children();
  left.push_back(ends);  // it may have ended by now
  const auto ended = wait_for_any(left, 20s);
  ASSERT_FALSE(ended.empty());
  for (const auto& child : ended) EXPECT_EQ(child, ends);
  EXPECT_EQ(ended[0].exitcode(), 3);
  EXPECT_TRUE(wait_for_any({stays}, 30ms).empty());
  std::stop_source source;
  std::jthread stopper{[&source] { source.request_stop(); }};
  EXPECT_TRUE(wait_for_any({stays}, Deadline::never(), source.get_token()).empty());
  stays.kill();
  EXPECT_EQ(wait_for_any({stays}, 20s).size(), 1U);
  EXPECT_EQ(stays.exitcode(), -SIGKILL);
}

TEST(WaitForAny, OfNobodyIsNobodyAtOnce) { EXPECT_TRUE(wait_for_any({}).empty()); }

TEST(WaitForAny, GivesEachOnceIfTheyAreTakenOut) {
  std::vector<Process> all;
  std::vector<ProcessHandle> left;
  for (int i = 0; i < 8; ++i) {
    all.emplace_back([](int n) { std::exit(n); }, i);
    static_cast<Process&>(all.back()).start();
    left.push_back(all.back());
  }
  std::vector<int> codes;
  while (!left.empty()) {
    for (const auto& ended : wait_for_any(left)) {
      codes.push_back(*ended.exitcode());
      std::erase(left, ended);
    }
  }
  std::ranges::sort(codes);
  EXPECT_EQ(codes, (std::vector{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(WaitForAny, RefusesOneThatWasNotStarted) {
  Process process{sleep_long};
  EXPECT_THROW(wait_for_any({process}), std::logic_error);
}

/// The letter that /proc shows for a process: 'Z' for a zombie; 0 if there is none.
char state_of(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  if (!std::getline(file, text)) return 0;
  return text[text.rfind(')') + 2];
}

int fork_and_exit() {
  const int pid = ::fork();
  if (pid == 0) ::_exit(0);
  return pid;
}

TEST(IgnoreChildren, LeavesNoZombies) {
  const int zombie = fork_and_exit();
  ASSERT_TRUE(test::eventually([&] { return state_of(zombie) == 'Z'; })) << "this is what it is against";
  ::waitpid(zombie, nullptr, 0);
  struct sigaction before {};
  ::sigaction(SIGCHLD, nullptr, &before);
  ignore_children();
  const int pid = fork_and_exit();
  EXPECT_TRUE(test::eventually([&] { return state_of(pid) == 0; }));
  EXPECT_EQ(::waitpid(pid, nullptr, 0), -1);
  Process process{[] { std::exit(4); }};
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 4);
  ::sigaction(SIGCHLD, &before, nullptr);
}

// Nobody waits for it, and it does not become a zombie all the same.
TEST(Process, IsNoZombieWhenItHasEnded) {
  Process process{[] {}};
  process.start();
  EXPECT_TRUE(test::eventually([&] { return state_of(process.pid()) == 0; }));
}

TEST(CpuCount, IsWhatTheThreadMayRunOn) {
  EXPECT_GE(cpu_count(), 1);
  EXPECT_LE(cpu_count(), platform::usable_processors());
  const test::OneProcessor one;
  EXPECT_EQ(cpu_count(), 1);
}

class ProcessorQuota : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((dir_.path() / path).parent_path());
    std::ofstream{dir_.path() / path} << text;
  }
  void mounted(const std::string& line) {
    put("proc/self/mountinfo", "22 1 0:21 / /proc rw shared:5 - proc proc rw\n" + line + "\n");
  }
  std::optional<double> quota() const { return platform::processor_quota(dir_.path()); }

  test::TempDir dir_;
};

TEST_F(ProcessorQuota, OfVersion2IsTheLeastOnTheWayUp) {
  put("proc/self/cgroup", "0::/user/job\n");
  mounted("30 22 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw");
  EXPECT_EQ(quota(), std::nullopt);
  put("sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), std::nullopt);
  put("sys/fs/cgroup/user/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota(), 1.5);
  put("sys/fs/cgroup/user/job/cpu.max", "50000 100000\n");
  EXPECT_EQ(quota(), 0.5);
}

TEST_F(ProcessorQuota, OfAContainerStandsAtTheMountPoint) {
  put("sys/fs/cgroup/cpu.max", "200000 100000\n");
  put("proc/self/cgroup", "0::/docker/abc\n");
  mounted("30 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup ro");
  EXPECT_EQ(quota(), 2.0);
  put("proc/self/cgroup", "0::/\n");
  mounted("30 22 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup ro");
  EXPECT_EQ(quota(), 2.0);
  put("proc/self/cgroup", "0::/../other\n");
  EXPECT_EQ(quota(), 2.0);
}

TEST_F(ProcessorQuota, OfVersion1StandsInTheHierarchyOfTheController) {
  put("proc/self/cgroup", "5:memory:/m\n4:cpu,cpuacct:/job\n1:name=systemd:/s\n0::/\n");
  mounted("31 22 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct");
  put("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(quota(), std::nullopt);
  put("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "300000\n");
  EXPECT_EQ(quota(), 3.0);
}

// Of what the quota gives the last part counts as a whole; but a quota makes no processors.
TEST_F(ProcessorQuota, BoundsTheProcessorsThatAreWorthWhile) {
  const int all = platform::usable_processors();
  const auto count = [this] { return platform::cpu_count(dir_.path()); };
  EXPECT_EQ(count(), all) << "no quota";
  put("proc/self/cgroup", "0::/job\n");
  mounted("30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw");
  put("sys/fs/cgroup/job/cpu.max", "50000 100000\n");
  EXPECT_EQ(count(), 1);
  put("sys/fs/cgroup/job/cpu.max", "1000 100000\n");
  EXPECT_EQ(count(), 1);
  put("sys/fs/cgroup/job/cpu.max", "100000 100000\n");
  EXPECT_EQ(count(), 1);
  put("sys/fs/cgroup/job/cpu.max", "100001 100000\n");
  EXPECT_EQ(count(), std::min(all, 2));
  put("sys/fs/cgroup/job/cpu.max", "100000000 100000\n");
  EXPECT_EQ(count(), all);
  EXPECT_EQ(cpu_count(), platform::cpu_count("/"));
}

TEST_F(ProcessorQuota, WhatMakesNoSenseIsNoLimit) {
  EXPECT_EQ(quota(), std::nullopt) << "no files at all";
  put("proc/self/cgroup", "nonsense\n:\n::\n0::/job\n");
  mounted("30 22 - cgroup2\n - \n30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw");
  put("sys/fs/cgroup/job/cpu.max", "0 0\n");
  EXPECT_EQ(quota(), std::nullopt);
}

}  // namespace
}  // namespace tandem::multiprocessing

// A user's program, with the system's functions of the same names.
namespace {

TEST(Os, GetpidGetppidAndExitAreTheSystemsOwn) {
  using namespace tandem::multiprocessing;
  EXPECT_EQ(getpid(), current_process().pid());
  EXPECT_EQ(getppid(), ::getppid());
  auto process = get_context<"fork">().Process([starter = getpid()] { _exit(getppid() == starter ? 3 : 4); });
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 3);
}

TEST(Os, ExitAtOnceLeavesEverythingUndone) {
  using namespace tandem::multiprocessing;
  static std::optional<Value<int>> done;
  done.emplace(0);
  for (const auto method : {"forkserver", "spawn", "fork"}) {
    auto process = get_context(method).Process(
        [](Value<int> count) {
          done = count;
          std::atexit([] { done->update([](int& n) { ++n; }); });
          struct Counts {
            ~Counts() {
              done->update([](int& n) { ++n; });
            }
          } counts;
          _exit(7);
        },
        *done);
    process.start();
    process.join();
    EXPECT_EQ(process.exitcode(), 7) << method;
  }
  EXPECT_EQ(done->value(), 0);
  done.reset();
}

}  // namespace
