// A Pipe between processes, of which some are killed; under each start method.

#include <chrono>
#include <csignal>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/connection/connection.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/pipe.hpp"
#include "tandem/platform/poll.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Connection;
using multiprocessing::EOFError;
using multiprocessing::Pipe;
using multiprocessing::Process;
using multiprocessing::Queue;
using multiprocessing::set_start_method;

constexpr std::size_t beyond_all_buffers = 10'000'000;

class PipeProcess : public ::testing::TestWithParam<std::string_view> {
 protected:
  PipeProcess() { set_start_method(GetParam(), true); }
  ~PipeProcess() override { set_start_method("forkserver", true); }
};
INSTANTIATE_TEST_SUITE_P(StartMethods, PipeProcess, ::testing::Values("forkserver", "spawn", "fork"),
                         [](const auto& method) { return std::string{method.param}; });

// Both ends, as a forked process has the asker's anyway.
void echo(Connection<> asking, Connection<> line) {
  asking.close();
  try {
    for (;;) line.send_bytes(line.recv_bytes());
  } catch (const EOFError&) {
    return;  // no more questions
  }
}

TEST_P(PipeProcess, AnArgumentOfAProcess) {
  auto [left, right] = Pipe();
  Process process{echo, left, right};
  process.start();
  right.close();
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, beyond_all_buffers}) {
    const std::string message(size, 'x');
    left.send_bytes(message);
    EXPECT_TRUE(left.recv_bytes() == message);
  }
  left.close();
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
}

using Ends = std::pair<Connection<int>, Connection<int>>;

/// Takes until nobody is left who could send, itself included.
void sum_up(Ends ends, Connection<int> answer) {
  auto& [reading, writing] = ends;
  writing.close();
  int sum = 0;
  try {
    for (;;) sum += reading.recv();
  } catch (const EOFError&) {
    answer.send(sum);
  }
}

/// A consumer that waits for ever would be waited for, too.
Process& as_daemon(Process& process) {
  process.daemon(true);
  return process;
}

TEST_P(PipeProcess, WhoClosesItsSendingEndSeesTheEnd) {
  Ends ends = Pipe<int>(false);
  auto [answers, answer] = Pipe<int>(false);
  Process consumer{sum_up, ends, answer};
  as_daemon(consumer).start();
  ends.first.close();
  for (const int i : {1, 2, 3}) ends.second.send(i);
  ends.second.close();
  EXPECT_EQ(answers.recv(20s), 6);
  consumer.join();
  EXPECT_EQ(consumer.exitcode(), 0);
}

// When the first one is forked, the calls of the others are in its memory, with duplicates of their own.
TEST_P(PipeProcess, SeveralThatWereMadeBeforeTheFirstWasStartedSeeTheEnd) {
  Ends ends = Pipe<int>(false);
  auto [answers, answer] = Pipe<int>(false);
  std::vector<Process> consumers;
  for (int i = 0; i < 3; ++i) as_daemon(consumers.emplace_back(sum_up, ends, answer));
  for (Process& consumer : consumers) consumer.start();
  for (int i = 1; i <= 100; ++i) ends.second.send(i);
  ends.first.close();
  ends.second.close();
  EXPECT_EQ(answers.recv(20s) + answers.recv(20s) + answers.recv(20s), 5050);
}

TEST_P(PipeProcess, EachOfSeveralCopiesIsToBeClosed) {
  Ends ends = Pipe<int>(false);
  auto [answers, answer] = Pipe<int>(false);
  const auto closing_both = [](Ends own, Connection<int> second, Connection<int> to) {
    own.second.close();
    second.send(4);
    second.close();
    sum_up(std::move(own), std::move(to));
  };
  Process consumer{closing_both, ends, ends.second, answer};
  as_daemon(consumer).start();
  ends.second.close();
  EXPECT_EQ(answers.recv(20s), 4);
}

TEST_P(PipeProcess, AnArgumentOutlivesTheOneItWasCopiedFrom) {
  auto [left, right] = Pipe<int>();
  Process process{[](Connection<int> line) { line.send(line.recv() + 1); }, right};
  const int number = right.fileno();
  right.close();
  auto others = Pipe<int>();
  ASSERT_TRUE(others.first.fileno() == number || others.second.fileno() == number) << "its number means another pipe by now";
  as_daemon(process).start();
  left.send(1);
  EXPECT_EQ(left.recv(20s), 2);
  process.join();
  others.first.send(3);
  EXPECT_EQ(others.second.recv(20s), 3);
}

TEST_P(PipeProcess, ADescriptorIsAnEndAsWell) {
  auto [reading, writing] = platform::make_pipe();
  auto [answers, answer] = Pipe<bool>(false);
  const auto look = [](platform::Fd in, platform::Fd out, Connection<bool> to) {
    out.reset();
    to.send(platform::wait_readable(in.get(), 20s));  // its end, as nothing is written
  };
  Process process{look, reading, writing, answer};
  as_daemon(process).start();
  writing.reset();
  EXPECT_TRUE(answers.recv());
}

TEST_P(PipeProcess, ItsEndIsTheEndOfTheLine) {
  auto [left, right] = Pipe<int>();
  Process process{[](Connection<int> line) { line.send(1); }, right};
  process.start();
  right.close();
  EXPECT_EQ(left.recv(), 1);
  EXPECT_THROW(left.recv(), EOFError);
  EXPECT_THROW(left.send(1), std::system_error);
}

TEST_P(PipeProcess, KilledWhileItSleeps) {
  auto [left, right] = Pipe<int>();
  Process process{[](Connection<int> line) {
                    line.send(line.recv());
                    static_cast<void>(line.recv());
                  },
                  right};
  process.start();
  right.close();
  left.send(1);
  EXPECT_EQ(left.recv(), 1);
  process.kill();
  EXPECT_THROW(left.recv(), EOFError);
  process.join();
  EXPECT_EQ(process.exitcode(), -SIGKILL);
}

TEST_P(PipeProcess, KilledInTheMiddleOfALongMessage) {
  auto [reader, writer] = Pipe(false);
  Process process{[](Connection<> line) { line.send_bytes(std::string(beyond_all_buffers, 'x')); }, writer};
  process.start();
  writer.close();
  ASSERT_TRUE(platform::wait_readable(reader.fileno(), 20s)) << "it has begun";
  process.kill();
  process.join();
  try {
    reader.recv_bytes();
    FAIL() << "not all of it can have come";
  } catch (const EOFError& error) {
    EXPECT_NE(std::string{error.what()}.find("in the middle of a message"), std::string::npos);
  }
}

TEST_P(PipeProcess, OneOfSeveralSendersKilledInTheMiddleOfAMessage) {
  auto [reader, writer] = Pipe(false);
  Process process{[](Connection<> line) { line.send_bytes(std::string(beyond_all_buffers, 'x')); }, writer};
  process.start();
  ASSERT_TRUE(platform::wait_readable(reader.fileno(), 20s)) << "it has begun";
  process.kill();
  process.join();
  std::jthread other{[&line = writer] {
    line.send_bytes("small");
    line.send_bytes(std::string(beyond_all_buffers, 'y'));
  }};
  EXPECT_EQ(reader.recv_bytes(), "small") << "the others' messages arrive";
  EXPECT_TRUE(reader.recv_bytes() == std::string(beyond_all_buffers, 'y'));
  other.join();
  writer.close();
  EXPECT_THROW(reader.recv_bytes(), EOFError);
}

TEST_P(PipeProcess, TheReaderKilledWhileOneSends) {
  auto [reader, writer] = Pipe(false);
  auto [here, there] = Pipe<int>();
  Process process{[](const Connection<>& unread, Connection<int> ready) {
                    ready.send(unread.fileno());
                    static_cast<void>(ready.recv());
                  },
                  reader, there};
  process.start();
  reader.close();
  there.close();
  std::jthread killer{[&line = here, &process] {
    static_cast<void>(line.recv());
    process.kill();
  }};
  EXPECT_THROW(writer.send_bytes(std::string(beyond_all_buffers, 'x')), std::system_error);
}

TEST_P(PipeProcess, SharedObjectsOfKilledProcessesAreGivenBack) {
  for (int round = 0; round < 10; ++round) {
    auto [left, right] = Pipe<Queue<std::string>>();
    // Sends queues and takes them, until it is killed somewhere.
    Process sender{[](Connection<Queue<std::string>> line) {
                     for (;;) line.send(Queue<std::string>{});
                   },
                   left};
    Process receiver{[](Connection<Queue<std::string>> line) {
                       for (;;) line.recv().put("x");
                     },
                     right};
    sender.start();
    receiver.start();
    std::this_thread::sleep_for(std::chrono::milliseconds{round});  // at different places
    (round % 2 == 0 ? sender : receiver).kill();
    sender.kill();
    sender.join();
    receiver.kill();
    receiver.join();
  }
}

TEST_P(PipeProcess, ASenderKilledLeavesTheRestWorking) {
  auto [left, right] = Pipe<Queue<int>>();
  Process sender{[](Connection<Queue<int>> line) {
                   for (;;) line.send(Queue<int>{});
                 },
                 left};
  sender.start();
  for (int i = 0; i < 100; ++i) static_cast<void>(right.recv());
  sender.kill();
  sender.join();
  Queue<int> ours;
  left.send(ours);
  left.close();
  try {
    for (;;) right.recv().put(5);
  } catch (const EOFError&) {
    EXPECT_EQ(ours.get(), 5) << "the last of all";
  }
}

}  // namespace
}  // namespace tandem::test
