// What a program gets from this process without being asked: descriptors and signals.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/fd.hpp"
#include "tests/subprocess/in_a_fork.hpp"
#include "tests/subprocess/programs.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::test {
namespace {

using namespace subprocess;  // NOLINT: what is tested

/// Which descriptors a program has: "0 1 2", without the one through which it reads the folder.
std::string descriptors(Options options = {}) {
  std::istringstream lines{answer({"ls", "-l", "/proc/self/fd"}, std::move(options))};
  std::vector<int> numbers;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t arrow = line.find(" -> ");
    if (arrow == std::string::npos || line.ends_with("/fd")) continue;
    numbers.push_back(std::stoi(line.substr(line.rfind(' ', arrow - 1))));
  }
  std::ranges::sort(numbers);
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : " ") + std::to_string(number);
  return text;
}

/// One that programs inherit, as careless code makes it.
platform::Fd careless() { return platform::Fd{::open("/dev/null", O_RDWR)}; }

TEST(Inherited, NoDescriptorButTheThreeStandardOnes) {
  const platform::Fd open = careless();
  EXPECT_EQ(descriptors(), "0 1 2");
  EXPECT_EQ(descriptors({.stdin = PIPE, .stderr = PIPE}), "0 1 2");
  Popen other{{"cat"}, {.stdin = PIPE, .stdout = PIPE}};
  EXPECT_EQ(descriptors(), "0 1 2");
  EXPECT_EQ(descriptors({.stdin = open}), "0 1 2");
}

TEST(Inherited, DescriptorsThatArePassed) {
  std::vector<platform::Fd> all;
  for (int i = 0; i < 6; ++i) all.push_back(platform::duplicate(0));
  const int one = all[1].get();
  const int two = all[4].get();
  const std::string expected = "0 1 2 " + std::to_string(one) + " " + std::to_string(two);
  EXPECT_EQ(descriptors({.pass_fds = {two, one, two, 1}}), expected);
  EXPECT_EQ(::fcntl(one, F_GETFD), FD_CLOEXEC) << "here it is close-on-exec as before";
  const TempDir folder;
  const platform::Fd file{::open(folder.write("file", "its text").c_str(), O_RDONLY | O_CLOEXEC)};
  EXPECT_EQ(answer({"cat", "/proc/self/fd/" + std::to_string(file.get())}, {.pass_fds = {file.get()}}), "its text");
}

TEST(Inherited, WithoutCloseFdsThoseThatAreNotCloseOnExec) {
  in_a_fork([] {
    ::close_range(3, ~0U, 0);
    const platform::Fd open = careless();
    const platform::Fd closed = platform::duplicate(0);
    EXPECT_EQ(descriptors({.close_fds = false}), "0 1 2 " + std::to_string(open.get()));
  });
}

TEST(Inherited, NoDescriptorWhileThreadsStartProgramsAndOthersOpen) {
  std::jthread opener{[](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<platform::Fd> some;
      for (int i = 0; i < 20; ++i) some.push_back(careless());
    }
  }};
  std::vector<std::jthread> starters;
  for (int i = 0; i < 8; ++i) {
    starters.emplace_back([] {
      for (int round = 0; round < 15; ++round) {
        EXPECT_EQ(descriptors({.stdin = PIPE}), "0 1 2");
      }
    });
  }
  starters.clear();
}

TEST(Inherited, ClosedStandardDescriptorsAreDevNull) {
  in_a_fork([] {
    const platform::Fd kept = platform::duplicate(2);
    for (int fd = 0; fd < 3; ++fd) ::close(fd);
    Popen program{{"readlink /proc/$$/fd/0 /proc/$$/fd/2; cat"}, {.stdout = PIPE, .shell = true}};
    EXPECT_GT(program.sentinel(), 2);
    EXPECT_GT(program.stdout().fileno(), 2);
    EXPECT_EQ(program.communicate().out, "/dev/null\n/dev/null\n");
    EXPECT_EQ(check_output({"cat"}, {.input = "through pipes"}), "through pipes");
    EXPECT_EQ(::fcntl(0, F_GETFD), -1) << "they are as they were";
    ::dup2(kept.get(), 2);
  });
}

TEST(Inherited, StandardDescriptorsMayChangePlaces) {
  const TempDir folder;
  const auto out = folder.write("out", "");
  const auto err = folder.write("err", "");
  in_a_fork([&] {
    const platform::Fd kept = platform::duplicate(2);
    ::dup2(platform::Fd{::open(out.c_str(), O_WRONLY)}.get(), 1);
    ::dup2(platform::Fd{::open(err.c_str(), O_WRONLY)}.get(), 2);
    EXPECT_EQ(call("echo out; echo err >&2", {.stdout = 2, .stderr = 1, .shell = true}), 0);
    ::dup2(kept.get(), 2);
  });
  EXPECT_EQ(answer({"cat", out.string()}), "err");
  EXPECT_EQ(answer({"cat", err.string()}), "out");
}

void nothing(int /*signal*/) {}

TEST(Inherited, SignalsAreAsAtTheBeginning) {
  in_a_fork([] {
    std::signal(SIGUSR1, nothing);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGUSR2, SIG_IGN);
    sigset_t all;
    ::sigfillset(&all);
    ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, &all, nullptr), 0);
    EXPECT_EQ(signals_of("SigBlk"), 0UL);
    EXPECT_EQ(signals_of("SigPnd"), 0UL);
    EXPECT_EQ(signals_of("SigIgn") & (bit_of(SIGUSR1) | bit_of(SIGPIPE) | bit_of(SIGXFSZ) | bit_of(SIGUSR2)), bit_of(SIGUSR2));
    EXPECT_EQ(signals_of("SigCgt"), 0UL);

    EXPECT_EQ(signals_of("SigIgn", {.restore_signals = false}) & (bit_of(SIGUSR1) | bit_of(SIGPIPE) | bit_of(SIGXFSZ)),
              bit_of(SIGPIPE) | bit_of(SIGXFSZ));
    EXPECT_EQ(signals_of("SigBlk", {.restore_signals = false}) & bit_of(SIGTERM), bit_of(SIGTERM));
    EXPECT_EQ(signals_of("SigCgt", {.restore_signals = false}), 0UL);
    struct sigaction action {};
    EXPECT_EQ(::sigaction(SIGUSR1, nullptr, &action), 0);
    EXPECT_EQ(action.sa_handler, nothing) << "here all is as it was";
  });
}

TEST(Inherited, HandlersHereGoOnWhileProgramsAreStarted) {
  // A handler that ran in a child would do so in this process's memory, with the child's pid.
  static std::atomic<int> here{0};
  static std::atomic<int> elsewhere{0};
  static const int us = ::getpid();
  struct sigaction action {};
  action.sa_handler = [](int) { ++(::getpid() == us ? here : elsewhere); };
  action.sa_flags = SA_RESTART;
  struct sigaction before {};
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
  {
    std::jthread sender{[](const std::stop_token& stop) {
      while (!stop.stop_requested()) ::kill(us, SIGUSR1);
    }};
    for (int round = 0; round < 50; ++round) ASSERT_EQ(run({"true"}).returncode, 0);
  }
  EXPECT_GT(here.load(), 0);
  EXPECT_EQ(elsewhere.load(), 0);
  ASSERT_EQ(::sigaction(SIGUSR1, &before, nullptr), 0);
}

TEST(Inherited, NoMemoryIsCopied) {
  constexpr std::size_t size = 256UL << 20;
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* const bytes = static_cast<volatile char*>(memory);
  for (std::size_t at = 0; at < size; at += 4096) bytes[at] = 1;
  run({"true"});
  rusage before{};
  rusage after{};
  ::getrusage(RUSAGE_SELF, &before);
  for (int round = 0; round < 4; ++round) run({"true"});
  for (std::size_t at = 0; at < size; at += 4096) bytes[at] = 2;
  ::getrusage(RUSAGE_SELF, &after);
  // After a fork each page that is written is a fault, 65,536 of them: it belonged to two processes.
  EXPECT_LT(after.ru_minflt - before.ru_minflt, 20'000);
  ::munmap(memory, size);
}

}  // namespace
}  // namespace tandem::test
