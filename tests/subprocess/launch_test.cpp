// How a program finds its surroundings, as its Options say.

#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tandem/platform/fd.hpp"
#include "tests/subprocess/programs.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::test {
namespace {

using namespace subprocess;  // NOLINT: what is tested
using Environment = std::map<std::string, std::string>;

/// A script that prints `text`.
void write_script(const TempDir& folder, const std::string& name, const std::string& text) {
  std::filesystem::permissions(folder.write(name, "#!/bin/sh\necho " + text + "\n"), std::filesystem::perms::owner_all);
}

/// The process group and the session of the process, from a line of /proc/PID/stat.
std::pair<int, int> job_of(const std::string& stat) {
  std::istringstream rest{stat.substr(stat.rfind(')') + 1)};
  std::string state;
  int parent = 0;
  std::pair<int, int> job;
  rest >> state >> parent >> job.first >> job.second;
  return job;
}

TEST(Launch, TheArgumentsArriveAsTheyAre) {
  EXPECT_EQ(check_output({"printf", "%s|", "two words", "", "a'b\"c", "$HOME", "*", "\xff\xfe"}),
            "two words||a'b\"c|$HOME|*|\xff\xfe|");
  const std::vector<std::string> as_vector{"printf", "%s", "x"};
  EXPECT_EQ(check_output(as_vector), "x");
  EXPECT_EQ(run("true").returncode, 0) << "one string is a program";
  EXPECT_EQ(run({"true"}).returncode, 0);
}

TEST(Launch, AProgramIsLookedForInThePath) {
  const TempDir folder;
  write_script(folder, "hello", "hello");
  EXPECT_EQ(answer({(folder / "hello").string()}), "hello");
  EXPECT_EQ(answer({"./hello"}, {.cwd = folder.path()}), "hello") << "a relative path begins in cwd, as in Python";
  EXPECT_EQ(answer({"hello"}, {.env = Environment{{"PATH", "/nowhere:" + folder.path().string()}}}), "hello");
  EXPECT_EQ(answer({"hello"}, {.cwd = folder.path(), .env = Environment{{"PATH", ""}}}), "hello") << "an empty entry means here";
  EXPECT_EQ(run({"true"}, {.env = Environment{}}).returncode, 0) << "without PATH in the usual folders";
}

TEST(Launch, WhatCannotBeExecutedIsPassedOverIfTheNextOneCan) {
  const TempDir first;
  const TempDir second;
  first.write("hello", "no program");
  write_script(second, "hello", "second");
  EXPECT_EQ(answer({"hello"}, {.env = Environment{{"PATH", first.path().string() + ":" + second.path().string()}}}), "second");
}

TEST(Launch, TheNameAndTheFileMayDiffer) {
  EXPECT_EQ(answer({"called so", "-c", "echo $0"}, {.executable = "/bin/sh"}), "called so");
  EXPECT_EQ(answer({"", "-c", "echo x"}, {.executable = "sh"}), "x");
}

TEST(Launch, AShellGetsTheLineAndItsArguments) {
  EXPECT_EQ(answer("echo $((1 + 2)) | cat", {.shell = true}), "3");
  EXPECT_EQ(answer({"echo $0 $1", "zero", "one"}, {.shell = true}), "zero one");
  EXPECT_EQ(answer("shopt -o posix; echo $0", {.shell = true, .executable = "/bin/bash"}), "posix          \toff\n/bin/bash")
      << "it is called by its own name, or it would take itself for sh";
}

TEST(Launch, Folder) {
  const TempDir folder;
  const auto real = std::filesystem::canonical(folder.path());
  EXPECT_EQ(answer({"pwd", "-P"}, {.cwd = real}), real);
  EXPECT_EQ(answer({"pwd", "-P"}), std::filesystem::current_path());
}

TEST(Launch, EnvironmentIsReplacedOrLeft) {
  EXPECT_EQ(check_output({"env"}, {.env = Environment{}}), "");
  EXPECT_EQ(check_output({"env"}, {.env = Environment{{"A", "1=2"}, {"B", ""}}}), "A=1=2\nB=\n");
  ASSERT_EQ(::setenv("TANDEM_TEST_VARIABLE", "ours", 1), 0);
  EXPECT_EQ(answer({"printenv", "TANDEM_TEST_VARIABLE"}), "ours");
  auto changed = environment();
  EXPECT_EQ(changed.at("TANDEM_TEST_VARIABLE"), "ours");
  changed["TANDEM_TEST_VARIABLE"] = "changed";
  EXPECT_EQ(answer({"printenv", "TANDEM_TEST_VARIABLE"}, {.env = changed}), "changed");
  ASSERT_EQ(::unsetenv("TANDEM_TEST_VARIABLE"), 0);
  EXPECT_FALSE(environment().contains("TANDEM_TEST_VARIABLE"));
}

TEST(Launch, Umask) {
  EXPECT_EQ(answer("umask", {.shell = true, .umask = 027}), "0027");
  EXPECT_EQ(answer("umask", {.shell = true, .umask = 0}), "0000");
  const mode_t ours = ::umask(022);
  ::umask(ours);
  EXPECT_EQ(std::stoul(answer("umask", {.shell = true}), nullptr, 8), ours);
}

TEST(Launch, SessionsAndProcessGroups) {
  const auto job = [](Options options) {
    options.stdout = PIPE;
    Popen program{{"cat", "/proc/self/stat"}, std::move(options)};
    return std::pair{program.pid(), job_of(program.communicate().out)};
  };
  EXPECT_EQ(job({}).second, std::pair(::getpgrp(), ::getsid(0)));
  const auto [own_pid, own] = job({.process_group = 0});
  EXPECT_EQ(own, std::pair(own_pid, ::getsid(0)));
  const auto [leader_pid, leader] = job({.start_new_session = true});
  EXPECT_EQ(leader, std::pair(leader_pid, leader_pid));

  Popen leading{{"sleep", "1000"}, {.process_group = 0}};
  EXPECT_EQ(job({.process_group = leading.pid()}).second.first, leading.pid());
}

TEST(Launch, LimitsAndNiceness) {
  EXPECT_EQ(answer("ulimit -Sn; ulimit -Hn", {.shell = true, .limits = {{RLIMIT_NOFILE, {64, 65}}}}), "64\n65");
  const int ours = std::stoi(answer({"nice"}));
  EXPECT_EQ(std::stoi(answer({"nice"}, {.niceness = ours + 3})), ours + 3);
}

TEST(Launch, UserAndGroups) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may start programs as somebody else";
  EXPECT_EQ(answer("id -u; id -g; id -G", {.shell = true, .user = 65534, .group = 12, .extra_groups = {{Group{13}, Group{14}}}}),
            "65534\n12\n12 13 14");
  EXPECT_EQ(answer("id -un; id -gn", {.shell = true, .user = "nobody", .group = "nogroup"}), "nobody\nnogroup");
  EXPECT_EQ(answer("id -G", {.shell = true, .group = 12, .extra_groups = std::vector<Group>{}}), "12");
  EXPECT_EQ(status_field("Uid", {.user = 65534}), "65534\t65534\t65534\t65534") << "no way back";
}

TEST(Launch, APipeHoldsWhatIsAskedFor) {
  Popen program{{"cat"}, {.stdin = PIPE, .pipesize = 256 * 1024}};
  const std::string data(256 * 1024, 'x');
  std::string_view rest = data;
  Popen reads_nothing{{"sleep", "1000"}, {.stdin = PIPE, .pipesize = 256 * 1024}};
  EXPECT_TRUE(reads_nothing.stdin().write_some(rest));
  EXPECT_TRUE(rest.empty()) << rest.size() << " bytes found no room";
  reads_nothing.kill();
}

TEST(Launch, StreamsGoWhereTheyAreSent) {
  const TempDir folder;
  const auto path = folder.write("file", "in the file\n");
  const auto both = "echo out; echo err >&2";
  EXPECT_EQ(answer(both, {.stderr = STDOUT, .shell = true}), "out\nerr");
  EXPECT_EQ(answer(both, {.stderr = DEVNULL, .shell = true}), "out");
  {
    const platform::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    EXPECT_EQ(answer({"cat"}, {.stdin = file}), "in the file");
    EXPECT_GE(::fcntl(file.get(), F_GETFD), 0) << "it stays the caller's";
  }
  EXPECT_EQ(answer({"cat"}, {.stdin = DEVNULL}), "");
  {
    const platform::Fd file{::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC)};
    const auto completed = run(both, {.stdout = file, .stderr = PIPE, .shell = true});
    EXPECT_EQ(completed.stdout, "") << "not captured";
    EXPECT_EQ(completed.stderr, "err\n");
  }
  EXPECT_EQ(answer({"cat", path.string()}), "out");
  {
    const platform::Fd file{::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC)};
    EXPECT_EQ(call(both, {.stdout = file, .stderr = STDOUT, .shell = true}), 0);
  }
  EXPECT_EQ(answer({"cat", path.string()}), "out\nerr");
}

}  // namespace
}  // namespace tandem::test
