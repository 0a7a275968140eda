// Ctrl-C while a Connection or a Listener waits.

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/errors.hpp"
#include "tandem/connection/connection.hpp"
#include "tandem/connection/listener.hpp"
#include "tandem/connection/wait.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/platform/signals.hpp"
#include "tandem/platform/socket.hpp"
#include "tandem/platform/thread.hpp"
#include "tests/connection/full_line.hpp"
#include "tests/support/press_when_asleep.hpp"
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
  for (const auto& calls : {std::vector<std::string>{PressWhenAsleep::poll}, {PressWhenAsleep::recvmsg, PressWhenAsleep::poll}}) {
    const PressWhenAsleep presser{calls};
    EXPECT_THROW(left.recv(), KeyboardInterrupt) << "in its nap, or after that";
  }
  std::array<std::byte, 8> place{};
  const PressWhenAsleep presser;
  EXPECT_THROW(left.recv_bytes_into(place), KeyboardInterrupt);
}

TEST_F(PipeInterrupted, InTheMomentBeforeItSleeps) {
  auto [left, right] = Pipe<int>();
  for (int round = 0; round < 100; ++round) {
    std::jthread presser{[main = platform::native_thread_id()] { EXPECT_TRUE(platform::signal_thread(SIGINT, main)); }};
    EXPECT_THROW(left.recv(), KeyboardInterrupt);
  }
}

TEST_F(PipeInterrupted, WhileItSends) {
  auto [left, right] = Pipe();
  const PressWhenAsleep presser{{PressWhenAsleep::poll}};
  EXPECT_THROW(left.send_bytes(std::string(10'000'000, 'x')), KeyboardInterrupt);
}

TEST_F(PipeInterrupted, ASendThatHasNotBegunLeavesAllAsItWas) {
  auto [left, right] = Pipe();
  const std::size_t count = fill(left);
  expect_thrown_at_once([&line = left] { line.send("late"); });
  {
    const PressWhenAsleep presser{{PressWhenAsleep::poll}};
    EXPECT_THROW(left.send("late", 1000s), KeyboardInterrupt);
  }
  for (std::size_t i = 0; i < count; ++i) static_cast<void>(right.recv_bytes());
  left.send("next");
  EXPECT_EQ(right.recv(), "next");
}

TEST_F(PipeInterrupted, WhileItConnects) {
  const platform::Fd listener = platform::listen_on(platform::SocketAddress::parse("127.0.0.1:0"), 0);
  const auto address = platform::local_address(listener.get());
  std::vector<platform::Connecting> crowd;
  do {
    ASSERT_LT(crowd.size(), 10U) << "it never was full";
    crowd.push_back(platform::start_connect(address));
  } while (platform::wait_writable(crowd.back().socket.get(), 100ms));
  EXPECT_THROW(connection::Client(connection::Address{address}, {.timeout = 50ms}), TimeoutError) << "nobody answers";
  expect_thrown_at_once([&] { return connection::Client(connection::Address{address}); });
  const PressWhenAsleep presser;
  EXPECT_THROW(connection::Client(connection::Address{address}), KeyboardInterrupt);
}

TEST_F(PipeInterrupted, WhileItConnectsToACrowdedName) {
  connection::Listener listener{{.backlog = 0}};
  const auto first = connection::Client(listener.address());
  expect_thrown_at_once([&] { return connection::Client(listener.address()); });
  const PressWhenAsleep presser;
  EXPECT_THROW(connection::Client(listener.address()), KeyboardInterrupt);
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
