// A parent-death signal fires when the thread that started the child ends (bubblewrap#692, golang#27505).

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tests/pains/tasks.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Process;

class Pain19 : public ::testing::TestWithParam<std::string_view> {
 protected:
  Pain19() { multiprocessing::set_start_method(GetParam(), true); }
  ~Pain19() override { multiprocessing::set_start_method("forkserver", true); }
};
INSTANTIATE_TEST_SUITE_P(StartMethods, Pain19, ::testing::Values("forkserver", "spawn", "fork"),
                         [](const auto& method) { return std::string{method.param}; });

TEST_P(Pain19, ADaemonOutlivesTheThreadThatStartedIt) {
  Process daemon{sleep_long};
  daemon.daemon(true);
  std::jthread{[&] { daemon.start(); }}.join();
  // Nothing tells that something will never happen. The signal that others saw came with the thread's end.
  EXPECT_FALSE(daemon.join(200ms)) << "it ended with the thread";
  EXPECT_TRUE(daemon.is_alive());
  daemon.kill();
  daemon.join();
}

TEST_P(Pain19, ADaemonDiesWithItsProcessHoweverThatEnds) {
  for (const int signal : {SIGKILL, SIGTERM, SIGABRT}) {
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    Process parent{[](platform::Fd out) {
                     Process daemon{sleep_long};
                     daemon.daemon(true);
                     daemon.start();
                     const int pid = daemon.pid();
                     if (::write(out.get(), &pid, sizeof pid) != sizeof pid) std::abort();
                     sleep_long();
                   },
                   platform::Fd{told[1]}};
    parent.start();
    int pid = 0;
    ASSERT_EQ(::read(told[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
    ::close(told[0]);
    const platform::Fd daemon = platform::open_pidfd(pid);
    ASSERT_TRUE(daemon);
    ASSERT_FALSE(platform::has_ended(daemon));
    ::kill(parent.pid(), signal);
    parent.join();
    EXPECT_EQ(parent.exitcode(), -signal);
    EXPECT_TRUE(eventually([&] { return platform::has_ended(daemon); })) << "the daemon goes on without its parent";
    // The fork server reaps it a moment later; one that was forked here is init's.
    if (std::string_view{GetParam()} != "fork") {
      EXPECT_TRUE(eventually([&] { return ::kill(pid, 0) != 0; })) << "it stays as a zombie";
    }
  }
}

}  // namespace
}  // namespace tandem::test
