// Pipe and Connection within one process: what goes through, and what is refused.

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
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
using multiprocessing::Connection;
using multiprocessing::EOFError;
using multiprocessing::Pipe;

constexpr std::size_t ten_megabytes = 10'000'000;

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  auto random = random_engine();
  for (std::size_t i = 0; i < size; i += 4096) bytes[i] = static_cast<char>(random());
  if (size != 0) bytes.back() = static_cast<char>(random());
  return bytes;
}

struct Order {
  int id = 0;
  std::vector<std::string> items;
  std::map<std::string, double> prices;
  friend bool operator==(const Order&, const Order&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, items, prices);
  }
};

TEST(Pipe, GoesBothWays) {
  auto [left, right] = Pipe<int>();
  left.send(1);
  right.send(2);
  EXPECT_EQ(right.recv(), 1);
  EXPECT_EQ(left.recv(), 2);
  EXPECT_TRUE(left.readable() && left.writable() && right.readable() && right.writable());
}

TEST(Pipe, GoesOneWayOnly) {
  auto [reader, writer] = Pipe(false);
  EXPECT_TRUE(reader.readable() && !reader.writable());
  EXPECT_TRUE(!writer.readable() && writer.writable());
  writer.send("x");
  EXPECT_EQ(reader.recv(), "x");
  EXPECT_THROW(reader.send("x"), std::logic_error);
  EXPECT_THROW(reader.send_bytes("x"), std::logic_error);
  EXPECT_THROW(writer.recv(), std::logic_error);
  EXPECT_THROW(writer.recv_bytes(), std::logic_error);
  EXPECT_THROW(writer.poll(), std::logic_error);
}

TEST(Pipe, CarriesValuesOfAllKinds) {
  const Order order{7, {"tea", "", std::string(100'000, 'x')}, {{"tea", 2.5}}};
  auto [left, right] = Pipe<Order>();
  left.send(order);
  EXPECT_EQ(right.recv(), order);

  auto [a, b] = Pipe<std::optional<std::vector<std::string>>>();
  a.send(std::nullopt);
  a.send(std::vector<std::string>{"x", "y"});
  EXPECT_EQ(b.recv(), std::nullopt);
  EXPECT_EQ(b.recv(), (std::vector<std::string>{"x", "y"}));

  auto [f, g] = Pipe<int (*)(int)>();
  f.send([](int n) { return n + 1; });
  EXPECT_EQ(g.recv()(1), 2);
}

TEST(Pipe, BytesOfWhateverSizeArriveAsTheyWere) {
  auto [left, right] = Pipe();
  for (const std::size_t size :
       {0, 1, 65'503, 65'504, 65'536, 131'103, 131'104, 131'105, 262'208, 262'209, 1'000'000, 100'000'000}) {
    const std::string bytes = pattern(size);
    std::jthread sender{[&line = left, &bytes] { line.send_bytes(bytes); }};
    const std::string arrived = right.recv_bytes();
    EXPECT_EQ(arrived.size(), size);
    EXPECT_TRUE(arrived == bytes) << size;
  }
  EXPECT_FALSE(right.poll());
}

TEST(Pipe, ASendOfApart) {
  auto [left, right] = Pipe();
  left.send_bytes("hello", 1);
  left.send_bytes("hello", 1, 3);
  left.send_bytes("hello", 5);
  left.send_bytes("hello", 2, 0);
  EXPECT_EQ(right.recv_bytes(), "ello");
  EXPECT_EQ(right.recv_bytes(), "ell");
  EXPECT_EQ(right.recv_bytes(), "");
  EXPECT_EQ(right.recv_bytes(), "");
  EXPECT_THROW(left.send_bytes("hello", 6), std::out_of_range);
  EXPECT_THROW(left.send_bytes("hello", 3, 3), std::out_of_range);
  EXPECT_THROW(left.send_bytes("hello", 3, static_cast<std::size_t>(-1)), std::out_of_range);
  EXPECT_FALSE(right.poll()) << "nothing of these has gone";
}

TEST(Pipe, TooLongAMessageIsDroppedAndTheNextArrives) {
  auto [left, right] = Pipe();
  left.send_bytes("too long");
  left.send_bytes("fits");
  EXPECT_THROW(right.recv_bytes(4), std::length_error);
  EXPECT_EQ(right.recv_bytes(4), "fits");

  std::jthread sender{[&line = left] {
    line.send_bytes(pattern(ten_megabytes));
    line.send_bytes("next");
  }};
  EXPECT_THROW(right.recv_bytes(1000), std::length_error) << "as soon as it is known";
  EXPECT_EQ(right.recv_bytes(), "next") << "the rest has been passed over";
  sender.join();
}

TEST(Pipe, WhatPollHasTakenInMayStillBeTooLong) {
  auto [left, right] = Pipe();
  left.send_bytes("too long");
  EXPECT_TRUE(right.poll());
  EXPECT_THROW(right.recv_bytes(4), std::length_error);
  EXPECT_FALSE(right.poll());
  left.send_bytes("next");
  EXPECT_TRUE(right.poll());
  EXPECT_EQ(right.recv_bytes(), "next");
}

TEST(Pipe, IntoAPlace) {
  auto [left, right] = Pipe();
  std::array<char, 8> place{};
  place.fill('.');
  left.send_bytes("abc");
  EXPECT_EQ(right.recv_bytes_into(std::as_writable_bytes(std::span{place}), 2), 3U);
  EXPECT_EQ((std::string_view{place.data(), place.size()}), "..abc...");
  EXPECT_THROW(right.recv_bytes_into(std::as_writable_bytes(std::span{place}), 9), std::out_of_range);
  left.send_bytes("");
  EXPECT_EQ(right.recv_bytes_into(std::as_writable_bytes(std::span{place}), 8), 0U);
  left.send_bytes("123456");
  try {
    right.recv_bytes_into(std::as_writable_bytes(std::span{place}), 3);
    FAIL() << "there is room for 5";
  } catch (const BufferTooShort& error) {
    EXPECT_EQ(error.message(), "123456");
  }
  EXPECT_EQ((std::string_view{place.data(), place.size()}), "..abc...");
}

TEST(Pipe, IntoAPlaceInPieces) {
  auto [left, right] = Pipe();
  const std::string bytes = pattern(ten_megabytes);
  std::string place(ten_megabytes, 'x');
  std::jthread sender{[&line = left, &bytes] {
    line.send_bytes(bytes);
    line.send_bytes(bytes);
  }};
  EXPECT_EQ(right.recv_bytes_into(std::as_writable_bytes(std::span{place})), ten_megabytes);
  EXPECT_TRUE(place == bytes);
  try {
    right.recv_bytes_into(std::as_writable_bytes(std::span{place}.first(ten_megabytes - 1)));
    FAIL() << "it is too short";
  } catch (const BufferTooShort& error) {
    EXPECT_TRUE(error.message() == bytes);
  }
}

TEST(Pipe, PollWaitsUntilItsTime) {
  auto [left, right] = Pipe();
  EXPECT_FALSE(right.poll());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(right.poll(20ms));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 20ms);
  std::jthread sender{[&line = left] { line.send("x"); }};
  EXPECT_TRUE(right.poll(20s));
  EXPECT_TRUE(right.poll()) << "asking takes nothing away";
  EXPECT_EQ(right.recv(), "x");
}

TEST(Pipe, ReceivesUntilItsTime) {
  auto [left, right] = Pipe<int>();
  EXPECT_THROW(right.recv(10ms), TimeoutError);
  EXPECT_THROW(right.recv_bytes({}, 10ms), TimeoutError);
  EXPECT_EQ(right.try_recv(), std::nullopt);
  EXPECT_EQ(right.try_recv(10ms), std::nullopt);
  EXPECT_EQ(right.try_recv_bytes(), std::nullopt);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(right.try_recv(stop.get_token()), std::nullopt);
  std::stop_source later;
  std::jthread stopper{[&] { later.request_stop(); }};
  EXPECT_EQ(right.try_recv(later.get_token()), std::nullopt);
  left.send(5);
  EXPECT_EQ(right.try_recv(stop.get_token()), 5) << "what is there is there";
}

TEST(Pipe, GoesOnInTheMiddleOfAMessage) {
  auto [left, right] = Pipe();
  const std::string bytes = pattern(ten_megabytes);
  // The sender is held up by what is not read.
  std::jthread sender{[&line = left, &bytes] { line.send_bytes(bytes); }};
  std::stop_source stop;
  stop.request_stop();
  std::optional<std::string> arrived;
  for (int i = 0; !(arrived = i % 2 == 0 ? right.try_recv_bytes() : right.try_recv_bytes(stop.get_token())); ++i) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(*arrived == bytes);
}

TEST(Pipe, EveryWaitKeepsWhatHasCome) {
  auto ends = platform::message_socket_pair();
  multiprocessing::ByteConnection line = multiprocessing::ByteConnection::over(std::move(ends.first));
  const auto send = [&](std::uint64_t offset, std::string_view piece) {
    const std::array<std::uint64_t, 4> prefix{12, offset, 1, 0};
    const std::array<platform::Bytes, 2> parts{std::as_bytes(std::span{prefix}), std::as_bytes(std::span{piece})};
    ASSERT_EQ(platform::send_message(ends.second.get(), parts), platform::SendResult::sent);
  };
  std::stop_source stop;
  stop.request_stop();
  send(0, "one ");
  EXPECT_FALSE(line.poll());
  EXPECT_EQ(line.try_recv_bytes(1ms), std::nullopt);
  send(4, "two ");
  EXPECT_THROW(line.recv_bytes({}, 1ms), TimeoutError);
  EXPECT_EQ(line.try_recv_bytes(stop.get_token()), std::nullopt);
  send(8, "six.");
  EXPECT_EQ(line.recv_bytes(), "one two six.");
}

TEST(Pipe, TheEndIsAnError) {
  auto [left, right] = Pipe();
  left.send("last");
  left.close();
  EXPECT_TRUE(left.closed());
  left.close();
  EXPECT_TRUE(right.poll());
  EXPECT_EQ(right.recv(), "last") << "what was sent is there";
  EXPECT_TRUE(right.poll());
  EXPECT_THROW(right.recv(), EOFError);
  EXPECT_THROW(right.recv_bytes(), EOFError) << "and stays it";
  EXPECT_THROW(right.try_recv(), EOFError);
  try {
    right.send("x");
    FAIL() << "nobody can read it";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::broken_pipe) << "and SIGPIPE has not ended the program";
  }
}

TEST(Pipe, ClosedOrMovedFromItSaysSo) {
  auto [left, right] = Pipe();
  Connection<> taken = std::move(left);
  EXPECT_TRUE(left.closed());
  EXPECT_THROW(left.send("x"), std::logic_error);
  EXPECT_THROW(left.recv(), std::logic_error);
  EXPECT_THROW(left.poll(), std::logic_error);
  EXPECT_THROW(left.fileno(), std::logic_error);
  EXPECT_THROW(Connection<>{}.send("x"), std::logic_error);
  taken.send("x");
  EXPECT_EQ(right.recv(), "x");
}

TEST(Pipe, SeveralSendOverOneEnd) {
  constexpr int senders = 4;
  constexpr int each = 500;
  auto [left, right] = Pipe<std::pair<int, int>>();
  std::vector<Connection<std::pair<int, int>>> ends;
  for (int i = 0; i < senders; ++i) {
    // As an end comes into another process: it is sent there.
    auto [there, here] = Pipe<Connection<std::pair<int, int>>>();
    there.send(left);
    ends.push_back(here.recv());
  }
  left.close();
  std::vector<std::jthread> threads;
  for (int i = 0; i < senders; ++i) {
    threads.emplace_back([end = std::move(ends[static_cast<std::size_t>(i)]), i]() mutable {
      for (int n = 0; n < each; ++n) end.send({i, n});
    });
  }
  std::map<int, int> next;
  for (int i = 0; i < senders * each; ++i) {
    const auto [sender, number] = right.recv();
    EXPECT_EQ(number, next[sender]++);
  }
  threads.clear();
  EXPECT_THROW(right.recv(), EOFError) << "all have closed it";
}

TEST(Pipe, LargeMessagesOfSeveralSendersStayWhole) {
  auto [left, right] = Pipe();
  auto [there, here] = Pipe<Connection<>>();
  there.send(left);
  Connection<> second = here.recv();
  const auto send = [](Connection<>& line, char fill) {
    for (std::size_t n = 1; n <= 20; ++n) line.send_bytes(std::string(n * 50'000, fill));
  };
  std::jthread one{[&line = left, send] { send(line, 'a'); }};
  std::jthread two{[&line = second, send] { send(line, 'b'); }};
  std::map<char, std::size_t> next;
  for (int i = 0; i < 40; ++i) {
    const std::string message = i % 3 == 0 ? *right.try_recv_bytes(20s) : right.recv_bytes();
    const char fill = message.front();
    EXPECT_EQ(message.size(), ++next[fill] * 50'000);
    EXPECT_EQ(message.find_first_not_of(fill), std::string::npos);
  }
  EXPECT_FALSE(right.poll());
}

TEST(Pipe, DroppingOneMessageHarmsNoOther) {
  auto [left, right] = Pipe();
  auto [there, here] = Pipe<Connection<>>();
  there.send(left);
  Connection<> second = here.recv();
  std::jthread one{[&line = left] {
    for (int n = 0; n < 20; ++n) line.send_bytes(std::string(1'000'000, 'a'));
    line.send_bytes("end");  // so that somebody receives until all of the last one has been passed over
  }};
  std::jthread two{[&line = second] {
    for (int n = 0; n < 20; ++n) line.send_bytes(std::string(300'000, 'b'));
  }};
  int dropped = 0;
  for (int i = 0; i < 41; ++i) {
    try {
      const std::string message = right.recv_bytes(300'000);
      EXPECT_TRUE(message == "end" || message == std::string(300'000, 'b'));
    } catch (const std::length_error&) {
      ++dropped;
    }
  }
  EXPECT_EQ(dropped, 20);
  EXPECT_FALSE(right.poll());
}

TEST(Pipe, BytesThatAreNoSuchValue) {
  auto [left, right] = Pipe<std::vector<std::string>>();
  left.send_bytes("\xff\xff\xff\xff\xff\xff\xff\x7f");
  EXPECT_THROW(right.recv(), std::runtime_error);
  left.send({"x"});
  EXPECT_EQ(right.recv(), std::vector<std::string>{"x"}) << "the next one is not concerned";
}

}  // namespace
}  // namespace tandem::test
