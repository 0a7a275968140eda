// Ctrl-C while a Connection or a Listener waits.

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/connection/connection.hpp"
#include "tandem/connection/listener.hpp"
#include "tandem/connection/wait.hpp"
#include "tandem/platform/thread.hpp"
#include "tests/support/eventually.hpp"
#include "tests/sync/interrupt_support.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::EOFError;
using multiprocessing::Pipe;
namespace connection = multiprocessing::connection;

class PipeInterrupted : public InterruptTest {};

TEST_F(PipeInterrupted, CtrlCEndsTheWaits) {
  auto [left, right] = Pipe<int>();
  expect_thrown_at_once([&line = left] { return line.recv(); });
  expect_thrown_at_once([&line = left] { return line.recv(1000s); });
  expect_thrown_at_once([&line = left] { return line.try_recv(1000s); });
  expect_thrown_at_once([&line = left] { return line.recv_bytes(); });
  expect_thrown_at_once([&line = left] { return line.poll(1000s); });
  expect_thrown_at_once([&line = left] { return connection::wait({line}); });
  connection::Listener listener;
  expect_thrown_at_once([&] { return listener.accept(); });
  right.send(1);
  EXPECT_EQ(left.recv(), 1) << "all is as before";
}

TEST_F(PipeInterrupted, WhileItSleeps) {
  auto [left, right] = Pipe<int>();
  const int main = platform::native_thread_id();
  std::jthread presser{[main] {
    const std::string call = "/proc/self/task/" + std::to_string(main) + "/syscall";
    EXPECT_TRUE(eventually([&] {
      std::string number;
      return std::ifstream{call} >> number && number == "7";  // poll
    }));
    EXPECT_TRUE(platform::signal_thread(SIGINT, main));
  }};
  EXPECT_THROW(left.recv(), KeyboardInterrupt);
}

TEST_F(PipeInterrupted, WhatIsThereIsTakenFirst) {
  auto [left, right] = Pipe<int>();
  right.send(1);
  press();
  EXPECT_EQ(left.recv(), 1);
  EXPECT_THROW(left.recv(), KeyboardInterrupt);
  EXPECT_EQ(left.try_recv(), std::nullopt);
}

TEST_F(PipeInterrupted, ASendThatIsBrokenOffEndsTheLine) {
  auto [left, right] = Pipe();
  expect_thrown_at_once([&line = left] { line.send_bytes(std::string(10'000'000, 'x')); });
  EXPECT_THROW(left.send("more"), std::system_error);
  EXPECT_THROW(right.recv_bytes(), EOFError) << "and no other message is taken for the rest";
}

}  // namespace
}  // namespace tandem::test
