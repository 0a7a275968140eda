// What cannot be started: the error names the step that failed, and nothing is left.

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tandem/platform/duplicate.hpp"
#include "tests/subprocess/in_a_fork.hpp"
#include "tests/subprocess/programs.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/unprivileged.hpp"

namespace tandem::test {
namespace {

using namespace subprocess;  // NOLINT: what is tested
using namespace std::string_literals;
using Environment = std::map<std::string, std::string>;

void refused(const Command& command, const Options& options, std::string_view begin, int code) {
  expect_thrown<std::system_error>([&] { Popen{command, options}; }, begin, code);
}
void senseless(const Command& command, const Options& options, std::string_view begin) {
  expect_thrown<std::invalid_argument>([&] { Popen{command, options}; }, begin);
}

TEST(Refused, NoSuchProgram) {
  refused({"no-such-program"}, {.env = Environment{{"PATH", "/bin:/usr/bin"}}},
          "execve no-such-program (looked for in PATH=/bin:/usr/bin): No such file", ENOENT);
  refused({"/no/such/program"}, {}, "execve /no/such/program: No such file", ENOENT);
  refused({"/etc/passwd/program"}, {}, "execve /etc/passwd/program: Not a directory", ENOTDIR);
  refused({"called so"}, {.executable = "/no/such/program"}, "execve /no/such/program: No such file", ENOENT);
}

TEST(Refused, NoPermission) {
  const TempDir folder;
  const auto path = folder.write("data", "no program").string();
  refused({path}, {}, "execve " + path + ": Permission denied", EACCES);
  refused({"/tmp"}, {}, "execve /tmp: Permission denied", EACCES);
  refused({"data"}, {.env = Environment{{"PATH", folder.path().string() + ":/nowhere"}}},
          "execve data (looked for in PATH=", EACCES);
}

TEST(Refused, NoProgramInTheFile) {
  const TempDir folder;
  const auto nonsense = folder.write("nonsense", "neither a program nor a script");
  const auto script = folder.write("script", "#!/no/such/interpreter\n");
  std::filesystem::permissions(nonsense, std::filesystem::perms::owner_all);
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  refused({nonsense.string()}, {}, "execve " + nonsense.string() + ": Exec format error", ENOEXEC);
  refused({script.string()}, {}, "execve " + script.string() + ": No such file", ENOENT);
}

TEST(Refused, BadFolder) {
  refused({"true"}, {.cwd = "/no/such/folder"}, "chdir /no/such/folder: No such file", ENOENT);
  refused({"true"}, {.cwd = "/etc/passwd"}, "chdir /etc/passwd: Not a directory", ENOTDIR);
  const TempDir folder;
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::none);
  {
    const Unprivileged unprivileged;
    refused({"true"}, {.cwd = folder / "closed"}, "chdir " + (folder / "closed").string() + ": Permission denied", EACCES);
  }
}

TEST(Refused, OtherStepsAreNamed) {
  refused({"true"}, {.process_group = 1}, "setpgid: ", EPERM);
  refused({"true"}, {.process_group = -1}, "setpgid: ", EINVAL);
  refused({"true"}, {.limits = {{RLIMIT_NOFILE, {65, 64}}}}, "setrlimit: ", EINVAL);
  refused({"true"}, {.limits = {{12345, {1, 1}}}}, "setrlimit: ", EINVAL);
  refused({"true"}, {.pipesize = 1 << 20, .process_group = -1}, "setpgid: ", EINVAL);
}

TEST(Refused, WhatOnlyRootMayDo) {
  const auto all = [] {
    refused({"true"}, {.user = 0}, "setuid: ", EPERM);
    refused({"true"}, {.group = 0}, "setgid: ", EPERM);
    refused({"true"}, {.extra_groups = {{Group{1}}}}, "setgroups: ", EPERM);
    refused({"true"}, {.niceness = -5}, "setpriority: ", EACCES);
  };
  if (::geteuid() != 0) return all();
  in_a_fork([&all] {
    ASSERT_EQ(::setresgid(65534, 65534, 65534), 0);
    ASSERT_EQ(::setresuid(65534, 65534, 65534), 0);
    all();
  });
}

TEST(Refused, TooLongAnArgument) {
  refused({"true", std::string(200'000, 'x')}, {}, "execve true (looked for in PATH=", E2BIG);
  const std::vector<std::string> many(4000, std::string(1000, 'x'));
  std::vector<std::string> all{"/bin/true"};
  all.insert(all.end(), many.begin(), many.end());
  refused(all, {}, "execve /bin/true: Argument list too long", E2BIG);
}

TEST(Refused, WhatMakesNoSense) {
  senseless(std::vector<std::string>{}, {}, "the command is empty");
  senseless({""}, {}, "the command is empty");
  senseless({"true", "a\0b"s}, {}, "an argument of a program must not contain a NUL byte");
  senseless({"true"}, {.executable = "a\0b"s}, "the path of a program must not contain a NUL byte");
  senseless({"true"}, {.cwd = "a\0b"s}, "the folder of a program must not contain a NUL byte");
  senseless({"true"}, {.env = Environment{{"A", "a\0b"s}}}, "an environment variable must not contain a NUL byte");
  senseless({"true"}, {.env = Environment{{"A\0"s, ""}}}, "an environment variable must not contain a NUL byte");
  senseless({"true"}, {.env = Environment{{"A=B", "c"}}}, "\"A=B\" cannot be the name of an environment variable");
  senseless({"true"}, {.env = Environment{{"", "c"}}}, "\"\" cannot be the name of an environment variable");
  senseless({"true"}, {.stdin = STDOUT}, "STDOUT is for stderr");
  senseless({"true"}, {.stdout = STDOUT}, "STDOUT is for stderr");
  senseless({"true"}, {.close_fds = false, .pass_fds = {1}}, "pass_fds says which descriptors are not closed");
  expect_thrown<std::invalid_argument>([] { User{"no-such-user"}; }, "there is no user \"no-such-user\"");
  expect_thrown<std::invalid_argument>([] { Group{"no-such-group"}; }, "there is no group \"no-such-group\"");
  expect_thrown<std::invalid_argument>([] { User{-1}; }, "a user's id must not be negative");
  expect_thrown<std::invalid_argument>([] { Group{-1}; }, "a group's id must not be negative");
  expect_thrown<std::invalid_argument>([] { Redirect{-1}; }, "a descriptor that a program is to use must not be negative");
}

TEST(Refused, ClosedDescriptors) {
  platform::Fd gone = platform::open_null();
  const int number = gone.get();
  gone.reset();
  senseless({"true"}, {.pass_fds = {number}}, "descriptor " + std::to_string(number) + " in pass_fds is not open");
  senseless({"true"}, {.pass_fds = {-1}}, "descriptor -1 in pass_fds is not open");
  senseless({"true"}, {.stdout = number}, "descriptor " + std::to_string(number) + ", which a program is to use, is not open");
}

TEST(Refused, WhatIsForRun) {
  senseless({"true"}, {.input = ""}, ".input is for run()");
  senseless({"true"}, {.capture_output = true}, ".capture_output is for run()");
  senseless({"true"}, {.timeout = std::chrono::seconds{1}}, ".timeout is for run()");
  senseless({"true"}, {.check = true}, ".check is for run()");
}

TEST(Refused, OutOfDescriptors) {
  in_a_fork([] {
    std::vector<platform::Fd> taken;
    const rlimit few{24, 24};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    try {
      for (;;) taken.push_back(platform::duplicate(0));
    } catch (const std::system_error& error) {
      ASSERT_EQ(error.code().value(), EMFILE);
    }
    // One more is free each time; what was made before the failure is given back, or the next one would fail at the same step.
    refused({"true"}, {.stdin = PIPE}, "pipe: ", EMFILE);
    refused({"true"}, {}, "clone: ", EMFILE);
    taken.pop_back();
    refused({"true"}, {.stdin = PIPE}, "pipe: ", EMFILE);
    EXPECT_EQ(run({"true"}).returncode, 0);
    taken.pop_back();
    refused({"true"}, {.stdin = PIPE}, "clone: ", EMFILE);
    refused({"true"}, {.stdin = PIPE, .stdout = PIPE}, "pipe: ", EMFILE);
    taken.pop_back();
    EXPECT_EQ(run({"true"}, {.stdin = PIPE}).returncode, 0);
  });
}

}  // namespace
}  // namespace tandem::test
