// run() and its relatives, and what their errors tell.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/subprocess/programs.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using namespace subprocess;  // NOLINT: what is tested

constexpr auto both = "echo out; echo err >&2; exit 3";

TEST(Run, SaysWhatCameOfIt) {
  const auto completed = run(both, {.shell = true, .capture_output = true});
  EXPECT_EQ(completed.args, Command{both});
  EXPECT_EQ(completed.returncode, 3);
  EXPECT_EQ(completed.stdout, "out\n");
  EXPECT_EQ(completed.stderr, "err\n");
  EXPECT_THROW(completed.check_returncode(), CalledProcessError);
  EXPECT_NO_THROW(run({"true"}).check_returncode());
}

TEST(Run, InputIsRead) {
  EXPECT_EQ(run({"sort"}, {.input = "b\na\n", .capture_output = true}).stdout, "a\nb\n");
  EXPECT_EQ(run({"cat"}, {.input = "", .capture_output = true}).stdout, "");
}

TEST(Run, CheckThrowsWhatIsKnown) {
  try {
    run(both, {.shell = true, .capture_output = true, .check = true});
    FAIL() << "exit code 3 is an error";
  } catch (const CalledProcessError& error) {
    EXPECT_EQ(error.returncode(), 3);
    EXPECT_EQ(error.cmd(), Command{both});
    EXPECT_EQ(error.output(), "out\n");
    EXPECT_EQ(error.error_output(), "err\n");
    EXPECT_STREQ(error.what(), "the command 'echo out; echo err >&2; exit 3' ended with exit code 3");
  }
}

TEST(Run, ASignalIsANegativeExitCode) {
  EXPECT_EQ(run("kill -KILL $$", {.shell = true}).returncode, -SIGKILL);
  expect_thrown<CalledProcessError>(
      [] {
        check_call({"sh", "-c", "kill $$"});
      },
      "the command sh -c 'kill $$' was ended by SIGTERM");
}

TEST(Run, AfterTheTimeOutTheProgramIsDead) {
  const TempDir folder;
  const std::string file = (folder / "pid").string();
  try {
    run({"echo $$ > " + file + "; echo out; exec sleep 1000"}, {.shell = true, .capture_output = true, .timeout = 300ms});
    FAIL() << "it sleeps for longer";
  } catch (const TimeoutExpired& error) {
    EXPECT_EQ(error.timeout(), 300ms);
    EXPECT_EQ(error.output(), "out\n");
    EXPECT_NE(std::string_view{error.what()}.find("had not ended after 0.3 s"), std::string_view::npos) << error.what();
  }
  EXPECT_FALSE(std::filesystem::exists("/proc/" + answer({"cat", file}))) << "not even a zombie";
  EXPECT_THROW(run({"sleep", "1000"}, {.timeout = 0s}), TimeoutError) << "what all waits throw";
  EXPECT_THROW(call({"yes"}, {.stdout = PIPE, .timeout = 100ms}), TimeoutExpired) << "however much it writes";
}

TEST(Run, AGrandchildThatKeepsThePipeOpenIsNotWaitedForAfterTheTimeOut) {
  const TempDir folder;
  const std::string file = (folder / "pid").string();
  try {
    run("sleep 1000 & echo $! > " + file + "; wait", {.shell = true, .capture_output = true, .timeout = 300ms});
    ADD_FAILURE() << "the grandchild has the pipe";
  } catch (const TimeoutExpired&) {
  }
  const int grandchild = std::stoi(answer({"cat", file}));
  EXPECT_EQ(::kill(grandchild, 0), 0) << "it lives on, as in Python";
  EXPECT_EQ(::kill(grandchild, SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists("/proc/" + std::to_string(grandchild) + "/exe"); }));
}

TEST(Run, OneThingIsNotSaidTwice) {
  const auto refused = [](Options options, std::string_view begin) {
    expect_thrown<std::invalid_argument>([&] { run({"true"}, std::move(options)); }, begin);
  };
  refused({.stdin = DEVNULL, .input = "x"}, ".input makes stdin a pipe, so .stdin must not be given as well");
  refused({.stdout = PIPE, .capture_output = true}, ".capture_output makes stdout a pipe");
  refused({.stderr = STDOUT, .capture_output = true}, ".capture_output makes stderr a pipe");
  expect_thrown<std::invalid_argument>([] { check_output({"true"}, {.stdout = DEVNULL}); }, ".check_output() makes stdout a pipe");
}

TEST(Run, Relatives) {
  EXPECT_EQ(call({"sh", "-c", "exit 4"}), 4);
  EXPECT_NO_THROW(check_call({"true"}));
  EXPECT_THROW(check_call({"false"}), CalledProcessError);
  EXPECT_EQ(check_output({"echo", "x"}), "x\n");
  EXPECT_THROW(check_output({"false"}), CalledProcessError);
  EXPECT_EQ(check_output({"cat"}, {.input = "y"}), "y");
  EXPECT_THROW(check_output(both, {.stderr = STDOUT, .shell = true, .check = false}), CalledProcessError) << "its name says so";
}

TEST(Run, GetOutput) {
  EXPECT_EQ(getstatusoutput(both), std::pair(3, std::string{"out\nerr"}));
  EXPECT_EQ(getstatusoutput("printf 'a\\n\\n'"), std::pair(0, std::string{"a\n"})) << "one newline only";
  EXPECT_EQ(getoutput("false || echo x"), "x");
  EXPECT_EQ(getstatusoutput("kill $$").first, -SIGTERM);
  EXPECT_EQ(getstatusoutput("no-such-program 2> /dev/null").first, 127);
}

TEST(Run, TheCommandAsOneWouldTypeIt) {
  EXPECT_EQ((Command{"grep", "-c", "two words", "", "it's"}).text(), R"(grep -c 'two words' '' 'it'"'"'s')");
  EXPECT_EQ(getoutput(Command{"printf", "%s|", "two words", "", "it's", "$HOME"}.text()), "two words||it's|$HOME|");
  EXPECT_EQ(shell_quoted("a-b_c=d/e.f:g,h@i%j+k"), "a-b_c=d/e.f:g,h@i%j+k");
}

}  // namespace
}  // namespace tandem::test
