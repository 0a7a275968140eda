// Where the bytes of a message come to, whichever way it is received: into a new string or a given place, at once, piece by piece,
// and with those of other senders between.

#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/errors.hpp"
#include "tandem/connection/connection.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::BufferTooShort;
using multiprocessing::ByteConnection;
using multiprocessing::Connection;
using multiprocessing::EOFError;
using multiprocessing::Pipe;

std::span<std::byte> bytes_of(std::string& text) { return std::as_writable_bytes(std::span{text}); }

/// A line whose other end sends single packets.
struct Packets {
  Packets() : Packets{platform::message_socket_pair()} {}
  explicit Packets(platform::MessageSocketPair ends)
      : line{ByteConnection::over(std::move(ends.first))}, socket{std::move(ends.second)} {}

  void send(std::uint64_t size, std::uint64_t offset, std::uint64_t number, std::string_view piece) const {
    const std::array<std::uint64_t, 4> prefix{size, offset, number, 0};
    const std::array<platform::Bytes, 2> parts{std::as_bytes(std::span{prefix}), std::as_bytes(std::span{piece})};
    ASSERT_EQ(platform::send_message(socket.get(), parts), platform::SendResult::sent);
  }

  ByteConnection line;
  platform::Fd socket;
};

TEST(PipePlace, WhatHasComeIsKeptWhoeverOfferedThePlace) {
  for (const std::size_t size : {std::size_t{12}, std::size_t{120'000}}) {
    const std::string message = std::string(size / 3, 'a') + std::string(size / 3, 'b') + std::string(size / 3, 'c');
    Packets other;
    for (std::uint64_t number = 1; number <= 4; ++number) {
      const auto piece = [&](std::size_t i) { return std::string_view{message}.substr(i * size / 3, size / 3); };
      std::string first(size, '.');
      other.send(size, 0, number, piece(0));
      EXPECT_THROW(other.line.recv_bytes_into(bytes_of(first), 0, 1ms), TimeoutError);
      first.assign(size, '!');  // it is the caller's again
      other.send(size, size / 3, number, piece(1));
      if (number % 2 == 0) {
        EXPECT_FALSE(other.line.poll());
      }
      other.send(size, size / 3 * 2, number, piece(2));
      std::string second(size + 2, '.');
      if (number < 3) {
        EXPECT_EQ(other.line.recv_bytes_into(bytes_of(second), 1), size);
        EXPECT_TRUE(second == "." + message + ".");
      } else {
        EXPECT_TRUE(other.line.recv_bytes() == message);
      }
      EXPECT_EQ(first, std::string(size, '!'));
    }
  }
}

TEST(PipePlace, TheEndInTheMiddleOfAMessage) {
  Packets other;
  std::string place(100, '.');
  other.send(100, 0, 1, "beginning");
  other.socket = {};
  EXPECT_THROW(other.line.recv_bytes_into(bytes_of(place)), EOFError);
  EXPECT_THROW(other.line.recv_bytes_into(bytes_of(place)), EOFError);
  EXPECT_THROW(other.line.recv_bytes(), EOFError);
}

TEST(PipePlace, TooShortAPlaceIsLeftAlone) {
  auto [left, right] = Pipe();
  for (const std::size_t size : {9, 20'000, 20'000, 131'000, 131'000, 300'000, 300'000}) {
    std::jthread sender{[&line = left, size] { line.send_bytes(std::string(size, 'x')); }};
    std::string place(size - 1, '.');
    try {
      right.recv_bytes_into(bytes_of(place));
      FAIL() << "it does not fit";
    } catch (const BufferTooShort& error) {
      EXPECT_TRUE(error.message() == std::string(size, 'x'));
    }
    EXPECT_EQ(place, std::string(size - 1, '.'));
  }
}

TEST(PipePlace, ShortAndLongOnesInTurn) {
  auto [left, right] = Pipe();
  auto random = random_engine();
  std::vector<std::string> messages;
  static constexpr std::array sizes{0, 1, 16'383, 16'384, 16'385, 131'104, 131'105, 400'000};
  for (int i = 0; i < 300; ++i) {
    messages.emplace_back(static_cast<std::size_t>(sizes[random() % sizes.size()]), static_cast<char>('a' + i % 26));
  }
  std::jthread sender{[&line = left, &messages] {
    for (const std::string& message : messages) line.send_bytes(message);
  }};
  std::string place(400'000, '.');
  for (const std::string& message : messages) {
    switch (random() % 4) {
      case 0:
        EXPECT_EQ(right.recv_bytes_into(bytes_of(place)), message.size());
        EXPECT_TRUE(std::string_view{place}.substr(0, message.size()) == message);
        break;
      case 1:
        EXPECT_TRUE(right.poll(20s));
        EXPECT_EQ(right.recv_bytes_into(bytes_of(place)), message.size());
        EXPECT_TRUE(std::string_view{place}.substr(0, message.size()) == message);
        break;
      case 2:
        EXPECT_TRUE(right.recv_bytes({}, 20s) == message);
        break;
      default:
        EXPECT_TRUE(right.try_recv_bytes(20s) == message);
    }
  }
}

/// As other processes get an end.
Connection<> another(Connection<>& end) {
  auto [there, here] = Pipe<Connection<>>();
  there.send(end);
  return here.recv();
}

TEST(PipePlace, SeveralSenders) {
  auto [left, right] = Pipe();
  Connection<> second = another(left);
  const auto send = [](Connection<>& line, char fill) {
    for (std::size_t n = 1; n <= 20; ++n) line.send_bytes(std::string(n * 50'000, fill));
  };
  std::jthread one{[&line = left, send] { send(line, 'a'); }};
  std::jthread two{[&line = second, send] { send(line, 'b'); }};
  std::map<char, std::size_t> next;
  std::string place(1'000'000, '.');
  for (int i = 0; i < 40; ++i) {
    const std::size_t size = right.recv_bytes_into(bytes_of(place));
    const std::string_view message = std::string_view{place}.substr(0, size);
    EXPECT_EQ(size, ++next[message.front()] * 50'000);
    EXPECT_EQ(message.find_first_not_of(message.front()), std::string_view::npos);
  }
}

TEST(PipePlace, SeveralReceivers) {
  auto [left, right] = Pipe();
  std::vector<Connection<>> ends;
  for (int i = 0; i < 3; ++i) ends.push_back(another(right));
  right.close();
  constexpr int count = 600;
  std::mutex mutex;
  std::map<std::string, int> seen;
  std::vector<std::jthread> receivers;
  for (auto& end : ends) {
    receivers.emplace_back([&, line = std::move(end)]() mutable {
      std::string place(131'000, '.');
      try {
        for (int i = 0;; ++i) {
          // Who looks what comes next and who receives it need not be the same.
          std::string message = i % 2 == 0 ? line.recv_bytes() : place.substr(0, line.recv_bytes_into(bytes_of(place)));
          const auto name = message.substr(0, message.find(' '));
          EXPECT_EQ(message.find_first_not_of(name.back(), name.size() + 1), std::string::npos);
          const std::scoped_lock hold{mutex};
          ++seen[std::to_string(message.size()).append(":").append(name)];
        }
      } catch (const EOFError&) {
        return;
      }
    });
  }
  std::map<std::string, int> sent;
  for (int i = 0; i < count; ++i) {
    const std::string name = std::to_string(i);
    const std::size_t size = std::array<std::size_t, 4>{50, 20'000, 70'000, 131'000}[static_cast<std::size_t>(i) % 4];
    left.send_bytes(std::string{name}.append(" ").append(size - name.size() - 1, name.back()));
    ++sent[std::to_string(size).append(":").append(name)];
  }
  left.close();
  receivers.clear();
  EXPECT_TRUE(seen == sent) << "each message came to one of them, and was whole";
}

}  // namespace
}  // namespace tandem::test
