// A Pipe between processes, of which some are killed.

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/connection/connection.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/platform/poll.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Connection;
using multiprocessing::EOFError;
using multiprocessing::Pipe;
using multiprocessing::Process;
using multiprocessing::Queue;

constexpr std::size_t beyond_all_buffers = 10'000'000;

void echo(Connection<> line) {
  try {
    for (;;) line.send_bytes(line.recv_bytes());
  } catch (const EOFError&) {
    return;  // no more questions
  }
}

TEST(PipeProcess, AnArgumentOfAProcess) {
  auto [left, right] = Pipe();
  Process process{echo, right};
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

TEST(PipeProcess, ItsEndIsTheEndOfTheLine) {
  auto [left, right] = Pipe<int>();
  Process process{[](Connection<int> line) { line.send(1); }, right};
  process.start();
  right.close();
  EXPECT_EQ(left.recv(), 1);
  EXPECT_THROW(left.recv(), EOFError);
  EXPECT_THROW(left.send(1), std::system_error);
}

TEST(PipeProcess, KilledWhileItSleeps) {
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

TEST(PipeProcess, KilledInTheMiddleOfALongMessage) {
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

TEST(PipeProcess, OneOfSeveralSendersKilledInTheMiddleOfAMessage) {
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

TEST(PipeProcess, TheReaderKilledWhileOneSends) {
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

TEST(PipeProcess, SharedObjectsOfKilledProcessesAreGivenBack) {
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

TEST(PipeProcess, ASenderKilledLeavesTheRestWorking) {
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
