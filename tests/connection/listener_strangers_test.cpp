// Those who connect and do not mean well, or not what a Listener thinks.

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/errors.hpp"
#include "tandem/connection/handshake.hpp"
#include "tandem/connection/listener.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tests/connection/stranger.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::AuthenticationError;
using multiprocessing::EOFError;
using multiprocessing::Handshake;
using namespace multiprocessing::connection;

class Strangers : public ::testing::Test {
 protected:
  /// Somebody with the key is let in, whoever else is there.
  void expect_a_friend_is_accepted() {
    std::jthread friendly{[this] { EXPECT_NO_THROW(Client(listener.address(), {.authkey = "secret"})); }};
    EXPECT_FALSE(listener.accept(20s).closed());
  }

  Listener listener{Address{"127.0.0.1:0"}, {.authkey = "secret"}};
};

TEST_F(Strangers, TheSilentHoldUpNobody) {
  std::vector<Stranger> silent;
  for (int i = 0; i < 300; ++i) {
    silent.emplace_back(listener.address());
    if (i % 50 == 0) expect_a_friend_is_accepted();
  }
  const auto begin = std::chrono::steady_clock::now();
  expect_a_friend_is_accepted();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s) << "and not when the time of the silent ones is up";
}

TEST_F(Strangers, TheSilentAreDroppedWhenTheirTimeIsUp) {
  Listener impatient{Address{"127.0.0.1:0"}, {.authkey = "secret", .handshake_timeout = 50ms}};
  const Stranger silent{impatient.address()};
  const Stranger slow{impatient.address()};
  slow.write(std::string{"\0", 1});
  EXPECT_THROW(impatient.accept(300ms), TimeoutError) << "that is no error";
  for (const Stranger* one : {&silent, &slow}) {
    EXPECT_TRUE(one->receive().starts_with("#CHALLENGE#"));
    EXPECT_EQ(one->read(1), "") << "it was dropped";
  }
}

TEST_F(Strangers, WhoGoesAwayIsNoError) {
  const auto leave_after = [this](int steps) {
    Handshake client{Handshake::Side::client, "secret"};
    Stranger stranger{listener.address()};
    for (int i = 0; i < steps; ++i) {
      EXPECT_THROW(listener.accept(5ms), TimeoutError);
      for (const std::string& answer : client.next(stranger.receive()).to_send) stranger.send(answer);
    }
    EXPECT_THROW(listener.accept(5ms), TimeoutError);
    stranger.write("\0\0");
    stranger.close();
    EXPECT_THROW(listener.accept(5ms), TimeoutError) << steps;
  };
  for (const int steps : {0, 1, 2}) leave_after(steps);
  expect_a_friend_is_accepted();
}

TEST_F(Strangers, GarbageIsAnAuthenticationError) {
  for (const std::string& bytes :
       {std::string{"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"}, Stranger::head(0x8000'0000), Stranger::head(257),
        Stranger::long_head(std::uint64_t{1} << 62), Stranger::long_head(~0ULL), Stranger::head(5) + "hello", Stranger::head(0)}) {
    const Stranger stranger{listener.address()};
    stranger.write(bytes);
    EXPECT_THROW(listener.accept(20s), AuthenticationError) << bytes;
    expect_a_friend_is_accepted();
  }
}

TEST_F(Strangers, AFloodIsNotTakenIn) {
  const Stranger stranger{listener.address()};
  stranger.write(Stranger::long_head(std::uint64_t{1} << 40));
  const std::string much(1'000'000, 'x');
  for (int i = 0; i < 5; ++i) stranger.write(much);
  EXPECT_THROW(listener.accept(20s), AuthenticationError);
  EXPECT_THROW(listener.accept(10ms), TimeoutError);
}

TEST_F(Strangers, AtANameTheyAreNoBetter) {
  Listener named{{.authkey = "secret"}};
  const auto connect = [&] {
    return platform::connect_to(named.address().socket_address(), Deadline::never(), platform::SocketKind::messages);
  };
  const auto send = [](const platform::Fd& socket, const std::string& packet) {
    const std::array parts{std::as_bytes(std::span{packet})};
    EXPECT_EQ(platform::send_message(socket.get(), parts), platform::SendResult::sent);
  };
  {
    const platform::Fd garbage = connect();
    send(garbage, "garbage");
    EXPECT_THROW(named.accept(20s), AuthenticationError);
  }
  {
    const platform::Fd claims = connect();
    send(claims, std::string(7, '\0') + "\x40" + std::string(24, '\0') + "x");
    EXPECT_THROW(named.accept(20s), AuthenticationError);
  }
  {
    // Many that never go on.
    const platform::Fd beginner = connect();
    for (char i = 0; i < 10; ++i) send(beginner, "\x05" + std::string(15, '\0') + i + std::string(15, '\0') + "x");
    EXPECT_THROW(named.accept(20s), AuthenticationError);
  }
  std::jthread friendly{[&] { EXPECT_NO_THROW(Client(named.address(), {.authkey = "secret"})); }};
  EXPECT_FALSE(named.accept(20s).closed());
}

TEST(StrangersWithoutKey, ALengthIsNotBelieved) {
  Listener listener{Address{"127.0.0.1:0"}};
  Stranger stranger{listener.address()};
  auto line = listener.accept();
  stranger.write(Stranger::long_head(std::uint64_t{1} << 62) + "x");
  EXPECT_FALSE(line.poll(20ms));
  stranger.close();
  EXPECT_THROW(line.recv_bytes(), EOFError);
}

TEST(StrangersWithoutKey, ANegativeLengthEndsTheLine) {
  Listener listener{Address{"127.0.0.1:0"}};
  const Stranger stranger{listener.address()};
  auto line = listener.accept();
  stranger.write(Stranger::head(0xFFFF'FFF0) + "x");
  EXPECT_TRUE(line.poll(20s));
  EXPECT_THROW(line.recv_bytes(), std::runtime_error);
  stranger.send("hello");
  EXPECT_THROW(line.recv_bytes(), std::runtime_error) << "nobody knows where a message begins";
}

/// A listener that does not mean well.
class FalseListener {
 public:
  Address address() const { return Address{platform::local_address(socket_.get())}; }
  Stranger accept() const {
    EXPECT_TRUE(platform::wait_readable(socket_.get(), 20s));
    return Stranger{platform::accept_from(socket_.get()).socket};
  }

 private:
  platform::Fd socket_ = platform::listen_on(platform::SocketAddress::parse("127.0.0.1:0"), 5);
};

TEST(StrangersThatListen, AreNotTrusted) {
  const FalseListener listener;
  const std::string random(40, 'r');
  for (const std::string& bytes :
       {std::string{}, Stranger::head(3) + "abc", Stranger::long_head(std::uint64_t{1} << 62), Stranger::head(0x8000'0000),
        Stranger::head(59) + "#CHALLENGE#{sha256}" + random + Stranger::head(9) + "#WELCOME#" + Stranger::head(3) + "abc"}) {
    std::jthread stranger{[&] {
      const Stranger other = listener.accept();
      other.write(bytes);
      EXPECT_NE(other.read(1000).size(), 1000U) << "until the client has gone";
    }};
    if (bytes.empty()) {
      EXPECT_THROW(Client(listener.address(), {.authkey = "secret", .timeout = 50ms}), TimeoutError);
    } else {
      EXPECT_THROW(Client(listener.address(), {.authkey = "secret"}), AuthenticationError) << bytes;
    }
  }
}

}  // namespace
}  // namespace tandem::test
