// A send that does not wait for ever: by its deadline, by a stop token; and what becomes of the message and of the line. The waits
// of the receiving side that take a stop token, too.

#include <array>
#include <chrono>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/errors.hpp"
#include "tandem/connection/connection.hpp"
#include "tandem/connection/listener.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/platform/poll.hpp"
#include "tests/connection/full_line.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::EOFError;
using multiprocessing::MessageCutOff;
using multiprocessing::Pipe;
using multiprocessing::Queue;
namespace connection = multiprocessing::connection;

constexpr std::size_t much = 10'000'000;

std::string refusal(auto act) {
  try {
    act();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(PipeSend, ATimeOutLeavesAllAsItWas) {
  auto [left, right] = Pipe();
  const std::size_t count = fill(left);
  EXPECT_THROW(left.send_bytes("late", 0, {}, 20ms), TimeoutError);
  EXPECT_THROW(left.send("late", 20ms), TimeoutError);
  EXPECT_FALSE(left.try_send("late", 20ms));
  EXPECT_FALSE(left.try_send_bytes(std::as_bytes(std::span{"late", 4}), Deadline::passed()));
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(right.recv_bytes(), filling());
  EXPECT_FALSE(right.poll()) << "nothing of the others has gone";
  left.send("in time", 20s);
  EXPECT_EQ(right.recv(20s), "in time");
}

TEST(PipeSend, GoesAsSoonAsThereIsRoom) {
  auto [left, right] = Pipe();
  const std::size_t count = fill(left);
  std::jthread reader{[&line = right, count] {
    for (std::size_t i = 0; i < count; ++i) static_cast<void>(line.recv_bytes());
  }};
  EXPECT_TRUE(left.try_send_bytes("x", 20s));
  reader.join();
  EXPECT_EQ(right.recv_bytes(), "x");
}

TEST(PipeSend, StopEndsIt) {
  auto [left, right] = Pipe();
  fill(left);
  for (int round = 0; round < 10; ++round) {
    std::stop_source source;
    std::jthread stopper{[&source] { source.request_stop(); }};
    EXPECT_FALSE(left.try_send("late", source.get_token()));
    EXPECT_FALSE(left.try_send_bytes("late", source.get_token(), 1000s));
  }
  EXPECT_FALSE(left.try_send("late", std::stop_source{}.get_token(), 10ms)) << "or the deadline";
}

TEST(PipeSend, CutOffInTheMiddleItEndsTheLine) {
  auto [left, right] = Pipe();
  const auto text = refusal([&line = left] { line.send_bytes(std::string(much, 'x'), 0, {}, 20ms); });
  EXPECT_NE(text.find("of its 10000000 bytes had been sent"), std::string::npos) << text;
  EXPECT_THROW(left.send("more"), std::system_error);
  EXPECT_NE(refusal([&line = left] { line.send("more"); }).find("broken off in its middle"), std::string::npos);
  EXPECT_THROW(right.recv_bytes(), EOFError) << "and no other message is taken for the rest";
  right.send("the other way");
  EXPECT_EQ(left.recv(), "the other way");
}

TEST(PipeSend, StopCutsItOffInTheMiddle) {
  auto [left, right] = Pipe();
  std::stop_source source;
  std::jthread stopper{[&source, &line = right] {
    EXPECT_TRUE(platform::wait_readable(line.fileno(), 20s)) << "it has begun";
    source.request_stop();
  }};
  EXPECT_THROW(left.try_send_bytes(std::string(much, 'x'), source.get_token()), MessageCutOff);
}

TEST(PipeSend, OverTcp) {
  connection::Listener listener{"127.0.0.1:0"};
  auto client = connection::Client(listener.address());
  auto served = listener.accept();
  client.send("in time", 20s);
  EXPECT_EQ(served.recv(20s), "in time");
  EXPECT_THROW(client.send_bytes(std::string(4 * much, 'x'), 0, {}, 20ms), MessageCutOff);
  EXPECT_THROW(client.send("more"), std::system_error);
  EXPECT_THROW(served.recv_bytes(), EOFError);
}

// What was to go beside the message is given back, and what goes later is not taken for it. That nothing stays, the leak check
// looks.
TEST(PipeSend, SharedObjectsOfWhatWasNotSent) {
  using Value = std::pair<std::string, std::vector<Queue<int>>>;
  auto [left, right] = Pipe<Value>();
  const std::size_t count = fill(left);
  Queue<int> queue;
  for (int round = 0; round < 20; ++round) EXPECT_FALSE(left.try_send({"", {queue}}, 1ms));
  for (std::size_t i = 0; i < count; ++i) static_cast<void>(right.recv_bytes());
  EXPECT_THROW(left.send({std::string(much, 'x'), {queue}}, 20ms), MessageCutOff);
  right.send({"back", {queue}}, 20s);
  left.recv().second.at(0).put(7);
  EXPECT_EQ(queue.get(), 7);
}

TEST(PipeStop, EndsTheWaitsOfTheReceiver) {
  auto [left, right] = Pipe();
  std::array<std::byte, 8> place{};
  for (int round = 0; round < 10; ++round) {
    std::stop_source source;
    std::jthread stopper{[&source] { source.request_stop(); }};
    EXPECT_FALSE(right.poll(source.get_token()));
    EXPECT_EQ(right.try_recv_bytes(source.get_token(), Deadline::never(), 10), std::nullopt);
    EXPECT_EQ(right.try_recv_bytes_into(place, source.get_token()), std::nullopt);
  }
  EXPECT_EQ(right.try_recv_bytes_into(place), std::nullopt);
  EXPECT_EQ(right.try_recv_bytes_into(place, 1ms), std::nullopt);
}

TEST(PipeStop, WhatIsThereComesBeforeIt) {
  auto [left, right] = Pipe();
  std::array<std::byte, 4> place{};
  std::stop_source source;
  source.request_stop();
  left.send_bytes("abcd");
  EXPECT_TRUE(right.poll(source.get_token()));
  EXPECT_EQ(right.try_recv_bytes_into(place, source.get_token()), 4U);
  EXPECT_EQ(place[3], std::byte{'d'});
  left.send_bytes("abcde");
  EXPECT_THROW(right.try_recv_bytes(source.get_token(), 20s, 4), std::length_error);
  left.send_bytes("abcde");
  EXPECT_THROW(right.try_recv_bytes(20s, 4), std::length_error);
}

}  // namespace
}  // namespace tandem::test
