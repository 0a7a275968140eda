// What the other side says of its messages' length costs no memory.

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "tandem/connection/listener.hpp"
#include "tandem/platform/limits.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tests/connection/stranger.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::AuthenticationError;
using multiprocessing::ByteConnection;
using multiprocessing::EOFError;
using namespace multiprocessing::connection;

constexpr std::size_t mib = std::size_t{1} << 20;
constexpr std::array lengths{std::uint64_t{1} << 62, std::uint64_t{1} << 40, std::uint64_t{1} << 30, std::uint64_t{0x7FFF'FFFF}};

TEST(ConnectionMemory, ClaimsOverTcp) {
  Listener listener{Address{"127.0.0.1:0"}};
  const platform::MemoryLimit limit{8 * mib};
  for (const std::uint64_t length : lengths) {
    Stranger stranger{listener.address()};
    auto line = listener.accept(20s);
    stranger.write(Stranger::long_head(length) + std::string(100'000, 'x'));
    EXPECT_FALSE(line.poll(20ms));
    stranger.close();
    EXPECT_THROW(line.recv_bytes(), EOFError);
  }
}

TEST(ConnectionMemory, ClaimsInPackets) {
  const platform::MemoryLimit limit{8 * mib};
  for (const std::uint64_t length : lengths) {
    auto ends = platform::message_socket_pair();
    ByteConnection line = ByteConnection::over(std::move(ends.first));
    const std::array<std::uint64_t, 4> prefix{length, 0, 1, 0};
    const std::string bytes(100'000, 'x');
    const std::array<platform::Bytes, 2> parts{std::as_bytes(std::span{prefix}), std::as_bytes(std::span{bytes})};
    ASSERT_EQ(platform::send_message(ends.second.get(), parts), platform::SendResult::sent);
    EXPECT_FALSE(line.poll());
    ends.second = {};
    EXPECT_THROW(line.recv_bytes(), EOFError);
  }
}

TEST(ConnectionMemory, AFloodBeforeTheKeyIsShown) {
  Listener listener{Address{"127.0.0.1:0"}, {.authkey = "secret"}};
  const platform::MemoryLimit limit{8 * mib};
  const std::string much(mib, 'x');
  for (int i = 0; i < 20; ++i) {
    const Stranger stranger{listener.address()};
    stranger.write(Stranger::head(100'000'000) + much);
    EXPECT_THROW(listener.accept(20s), AuthenticationError);
  }
}

TEST(ConnectionMemory, ALongMessageThatIsNotWanted) {
  Listener listener{Address{"127.0.0.1:0"}};
  const Stranger stranger{listener.address()};
  auto line = listener.accept(20s);
  const std::string piece(mib / 4, 'x');
  const platform::MemoryLimit limit{8 * mib};
  stranger.write(Stranger::head(100 * mib));
  EXPECT_THROW(line.recv_bytes(1000, 20s), std::length_error);
  for (std::size_t sent = 0; sent < 100 * mib;) {
    sent += stranger.write(std::string_view{piece}.substr(0, 100 * mib - sent));
    EXPECT_FALSE(line.poll());
  }
  stranger.send("next");
  EXPECT_EQ(line.recv_bytes({}, 20s), "next");
}

}  // namespace
}  // namespace tandem::test
