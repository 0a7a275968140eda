// Talking to a program through its pipes.

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <stop_token>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/subprocess/programs.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using namespace subprocess;  // NOLINT: what is tested

constexpr std::size_t mb = 1'000'000;

/// Bytes of which each place can be told from its neighbours.
std::string pattern(std::size_t size) {
  std::string data(size, '\0');
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>(i * 2654435761U >> 13);
  return data;
}

/// The process sleeps in the system call of this number.
bool is_in_call(int pid, const std::string& number) {
  std::string call;
  return std::ifstream{"/proc/" + std::to_string(pid) + "/syscall"} >> call && call == number;
}

Popen shell(const std::string& line, Redirect in = PIPE) {
  return Popen{line, {.stdin = in, .stdout = PIPE, .stderr = PIPE, .shell = true}};
}

TEST(Pipes, QuestionAndAnswerLineByLine) {
  Popen program = shell("while read -r a b; do echo $((a + b)); done; echo bye");
  for (int i = 0; i < 100; ++i) {
    program.stdin().write(std::to_string(i) + " 1000\n");
    ASSERT_EQ(program.stdout().readline(20s), std::to_string(i + 1000) + "\n");
  }
  program.stdin().close();
  EXPECT_TRUE(program.stdin().closed());
  EXPECT_EQ(program.stdout().readline(), "bye\n");
  EXPECT_EQ(program.stdout().readline(), "") << "the end";
  EXPECT_EQ(program.wait(), 0);
}

TEST(Pipes, Lines) {
  Popen program = shell("printf 'one\\n\\nthree\\nlast'");
  std::vector<std::string> lines;
  for (const std::string& line : program.stdout()) lines.push_back(line);
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "", "three", "last"}));
  program.wait();
}

TEST(Pipes, ManyShortLinesAreReadInTime) {
  Popen program{{"seq", "1000000"}, {.stdout = PIPE}};
  int expected = 0;
  for (const std::string& line : program.stdout()) {
    if (line != std::to_string(++expected)) FAIL() << "after " << expected - 1 << " comes " << line;
  }
  EXPECT_EQ(expected, 1'000'000);
  EXPECT_EQ(program.wait(), 0);
}

TEST(Pipes, PiecesOfTheOutput) {
  Popen program = shell("printf 0123456789; read -r line; printf abc");
  PipeReader& out = program.stdout();
  EXPECT_EQ(out.read(4), "0123");
  EXPECT_EQ(out.read_some(2), "45");
  EXPECT_EQ(out.read(0), "");
  EXPECT_EQ(out.read(4), "6789");
  EXPECT_THROW(out.read(1, 30ms), TimeoutError);
  EXPECT_EQ(out.try_readline({}, 30ms), std::nullopt);
  EXPECT_THROW(out.readline(Deadline::passed()), TimeoutError);
  program.stdin().write("go on\n");
  EXPECT_EQ(out.read(100), "abc") << "less only at the end";
  EXPECT_EQ(out.read(), "");
  EXPECT_EQ(out.read_some(), "");
  EXPECT_EQ(program.wait(), 0);
  out.close();
  out.close();
  EXPECT_TRUE(out.closed());
  EXPECT_EQ(out.fileno(), -1);
  EXPECT_THROW(out.read(), std::logic_error);
  EXPECT_THROW(out.read_some(), std::logic_error);
  EXPECT_THROW(out.readline(), std::logic_error);
  EXPECT_THROW(out.fill(), std::logic_error);
  program.stdin().close();
  EXPECT_THROW(program.stdin().write("x"), std::logic_error);
}

TEST(Pipes, WhatCameBeforeTheDeadlineIsThereAfterIt) {
  Popen program = shell("printf 'a lin'; read -r line; echo e");
  EXPECT_TRUE(program.stdout().read_some(1) == "a");
  EXPECT_THROW(program.stdout().readline(30ms), TimeoutError);
  program.stdin().write("\n");
  EXPECT_EQ(program.stdout().readline(), " line\n");
  program.wait();
}

TEST(Pipes, AStopRequestEndsTheWait) {
  Popen program = shell("cat");
  std::stop_source stop;
  std::jthread stopper{[&stop] { stop.request_stop(); }};
  EXPECT_EQ(program.stdout().try_readline(stop.get_token()), std::nullopt);
  EXPECT_EQ(program.try_wait(stop.get_token()), std::nullopt);
}

TEST(Pipes, AStopRequestEndsCommunicateWhichGoesOnLater) {
  Popen program = shell("cat");
  std::stop_source stop;
  std::jthread stopper{[&stop] { stop.request_stop(); }};
  const std::string text(10'000'000, 'x');
  Popen silent{{"sleep", "1000"}, {.stdin = PIPE, .stdout = PIPE}};
  EXPECT_EQ(silent.try_communicate("", stop.get_token()), std::nullopt);
  EXPECT_EQ(program.try_communicate(text, stop.get_token()), std::nullopt);
  const auto all = program.try_communicate(std::stop_source{}.get_token(), 60s);
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->out == text);
}

TEST(Pipes, OutputWithoutEndEndsAtTheDeadline) {
  Popen yes{{"yes"}, {.stdout = PIPE}};
  EXPECT_THROW(yes.stdout().read(100ms), TimeoutError);
  EXPECT_EQ(yes.stdout().readline(), "y\n") << "it is still there";
  Popen zeros{{"cat", "/dev/zero"}, {.stdout = PIPE}};
  EXPECT_THROW(zeros.stdout().readline(100ms), TimeoutError) << "a line without end";
  EXPECT_THROW(zeros.communicate(100ms), TimeoutExpired);
  Popen other{{"yes"}, {.stdout = PIPE}};
  EXPECT_THROW(other.communicate(100ms), TimeoutExpired);
}

TEST(Pipes, WhoDoesNotReadIsAnErrorAndNoSignal) {
  Popen program{{"true"}, {.stdin = PIPE}};
  EXPECT_EQ(program.wait(), 0);
  expect_thrown<std::system_error>([&] { program.stdin().write("for nobody"); }, "write a pipe to a program that reads no more",
                                   EPIPE);
  std::string_view rest = "for nobody";
  EXPECT_FALSE(program.stdin().write_some(rest));
}

TEST(Pipes, WritingHasADeadline) {
  Popen program{{"sleep", "1000"}, {.stdin = PIPE}};
  EXPECT_THROW(program.stdin().write(std::string(mb, 'x'), 30ms), TimeoutError);
}

TEST(Communicate, TenMegabytesBothWays) {
  const std::string data = pattern(10 * mb);
  Popen program{{"cat"}, {.stdin = PIPE, .stdout = PIPE}};
  EXPECT_TRUE(program.communicate(data).out == data);
  EXPECT_EQ(program.returncode(), 0);
}

TEST(Communicate, BothStreamsAtOnce) {
  const auto line = "head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero; head -c 1000000 /dev/zero >&2; cat";
  const Output output = shell(line).communicate("end");
  EXPECT_EQ(output.out.size(), 3 * mb + 3);
  EXPECT_EQ(output.err.size(), 4 * mb);
  EXPECT_TRUE(output.out.ends_with("end"));
}

TEST(Communicate, GoesOnAfterItsTimeOutAndLosesNothing) {
  const std::string data = pattern(10 * mb);
  // Slow on both sides: what passes is counted, and rests now and then.
  Popen program{{"sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do head -c 1000000; sleep 0.01; done"},
                {.stdin = PIPE, .stdout = PIPE}};
  int late = 0;
  std::optional<Output> output;
  try {
    output = program.communicate(data, Deadline::passed());
  } catch (const TimeoutExpired& error) {
    ++late;
    EXPECT_TRUE(data.starts_with(error.output()));
    EXPECT_EQ(error.cmd(), program.args());
  }
  EXPECT_THROW(program.communicate(data), std::invalid_argument) << "the first input is not written yet";
  std::size_t seen = 0;
  while (!output) {
    try {
      output = program.communicate(3ms);
    } catch (const TimeoutExpired& error) {
      ++late;
      EXPECT_GE(error.output().size(), seen) << "what was said once is not taken back";
      seen = error.output().size();
      EXPECT_TRUE(data.starts_with(error.output()));
    }
  }
  EXPECT_GT(late, 1);
  EXPECT_TRUE(output->out == data);
  EXPECT_EQ(program.returncode(), 0);
}

TEST(Communicate, KeepsWhatWasReadBefore) {
  Popen program = shell("echo first; echo second; cat");
  EXPECT_EQ(program.stdout().read(3), "fir");
  EXPECT_EQ(program.communicate("third").out, "st\nsecond\nthird");
  EXPECT_EQ(program.communicate().out, "") << "once more: there is nothing left";
}

TEST(Communicate, AProgramNeedNotReadItsInput) {
  Popen program{{"echo", "done"}, {.stdin = PIPE, .stdout = PIPE}};
  EXPECT_EQ(program.communicate(pattern(10 * mb)).out, "done\n");
  EXPECT_EQ(program.returncode(), 0);
}

TEST(Communicate, WithoutPipesItWaits) {
  Popen program{{"sh", "-c", "exit 3"}};
  const Output output = program.communicate();
  EXPECT_EQ(program.returncode(), 3);
  EXPECT_EQ(output.out + output.err, "");
}

TEST(Communicate, InputNeedsAPipe) {
  Popen program{{"true"}};
  expect_thrown<std::logic_error>([&] { program.communicate("x"); }, "stdin of this program is no pipe");
  expect_thrown<std::logic_error>([&] { program.stdout(); }, "stdout of this program is no pipe");
  expect_thrown<std::logic_error>([&] { program.stderr(); }, "stderr of this program is no pipe");
}

TEST(Communicate, EmptyInputIsTheEnd) {
  Popen program{{"cat"}, {.stdin = PIPE, .stdout = PIPE}};
  EXPECT_EQ(program.communicate("").out, "");
  Popen without{{"cat"}, {.stdin = PIPE, .stdout = PIPE}};
  EXPECT_EQ(without.communicate().out, "") << "Python closes it, too";
}

TEST(Pipes, TwoProgramsInALine) {
  Popen list{{"printf", "b\\nc\\na\\n"}, {.stdout = PIPE}};
  Popen sort{{"sort"}, {.stdin = list.stdout().fileno(), .stdout = PIPE}};
  list.stdout().close();
  EXPECT_EQ(sort.communicate().out, "a\nb\nc\n");
  EXPECT_EQ(list.wait(), 0);

  Popen yes{{"yes"}, {.stdout = PIPE}};
  Popen head{{"head", "-n", "2"}, {.stdin = yes.stdout().fileno(), .stdout = PIPE}};
  yes.stdout().close();
  EXPECT_EQ(head.communicate().out, "y\ny\n");
  EXPECT_EQ(yes.wait(), -SIGPIPE) << "only head had the other end";
}

TEST(Pipes, AProgramThatGetsOurEndMayWaitAtIt) {
  Popen slow = shell("echo first; read -r line; echo second");
  EXPECT_EQ(slow.stdout().readline(), "first\n");
  Popen reads{{"cat"}, {.stdin = slow.stdout().fileno(), .stdout = PIPE}};
  slow.stdout().close();
  EXPECT_TRUE(eventually([&] { return is_in_call(reads.pid(), "0"); })) << "in read";
  slow.stdin().write("go on\n");
  EXPECT_EQ(reads.communicate(20s).out, "second\n");
  slow.wait();

  Popen counts{{"sh", "-c", "read -r line; wc -c"}, {.stdin = PIPE, .stdout = PIPE}};
  counts.stdin().write("x\n");
  Popen writes{{"head", "-c", "1000000", "/dev/zero"}, {.stdout = counts.stdin().fileno()}};
  EXPECT_EQ(writes.wait(20s), 0);
  EXPECT_EQ(counts.communicate(20s).out, "1000000\n");
}

}  // namespace
}  // namespace tandem::test
