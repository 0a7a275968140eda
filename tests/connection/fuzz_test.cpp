// Random bytes on both wires and in the handshake. A seed that fails comes back with TANDEM_SEED.

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/connection/handshake.hpp"
#include "tandem/connection/listener.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tests/connection/stranger.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::AuthenticationError;
using multiprocessing::ByteConnection;
using multiprocessing::EOFError;
using multiprocessing::Handshake;
using namespace multiprocessing::connection;

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) { return static_cast<std::size_t>(random() % bound); }

std::string random_bytes(Random& random, std::size_t size) {
  std::string bytes(size, '\0');
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
  return bytes;
}

/// Takes messages until there are none, or the line has failed, which it must say again and again then.
void drain(ByteConnection& line, Random& random) {
  for (int i = 0; i < 100; ++i) {
    try {
      if (!line.poll()) return;
      if (random() % 4 == 0) {
        std::vector<std::byte> place(random() % 4 == 0 ? 40'000 : below(random, 30));
        line.recv_bytes_into(place);
      } else {
        line.recv_bytes(random() % 2 == 0 ? std::optional<std::size_t>{20} : std::nullopt);
      }
    } catch (const multiprocessing::BufferTooShort& error) {
      EXPECT_FALSE(error.message().empty());
    } catch (const std::length_error&) {
      continue;  // the next one may come
    } catch (const std::runtime_error&) {
      EXPECT_TRUE(line.poll());
      EXPECT_THROW(line.recv_bytes(), std::runtime_error);
      return;
    }
  }
}

class Fuzz : public ::testing::Test {
 protected:
  Random random = random_engine();
};

TEST_F(Fuzz, FramesOverTcp) {
  Listener listener{Address{"127.0.0.1:0"}};
  for (int round = 0; round < 3000; ++round) {
    Stranger stranger{listener.address()};
    auto line = listener.accept(20s);
    for (auto pieces = below(random, 6); pieces > 0; --pieces) {
      switch (below(random, 5)) {
        case 0:
          stranger.send(random_bytes(random, below(random, 40)));
          break;
        case 1:
          stranger.write(Stranger::head(random() % 0x1'0000'0000) + random_bytes(random, below(random, 40)));
          break;
        case 2:
          stranger.write(Stranger::long_head(random() >> below(random, 64)) + random_bytes(random, below(random, 40)));
          break;
        case 3:
          stranger.write(random_bytes(random, below(random, 12)));
          break;
        default:
          drain(line, random);
      }
    }
    if (random() % 2 == 0) stranger.close();
    drain(line, random);
  }
}

TEST_F(Fuzz, PacketsOfStrangersAndOfThoseWhoAreTrusted) {
  for (int round = 0; round < 3000; ++round) {
    auto ends = platform::message_socket_pair();
    ByteConnection line = ByteConnection::over(std::move(ends.first));
    if (round % 2 == 0) line.trust();
    std::uint64_t arrived = 0;
    for (auto packets = below(random, 12); packets > 0; --packets) {
      std::array<std::uint64_t, 4> prefix{random() % 60, random() % 3 == 0 ? random() % 60 : arrived, random() % 3,
                                          random() % 8 == 0};
      std::string bytes = random_bytes(random, below(random, 30));
      if (random() % 4 == 0) {
        bytes.append(16 * 1024, 'x');  // those are looked at before they are received
        prefix[0] = bytes.size() * (1 + random() % 2);
      }
      if (random() % 8 == 0) prefix[below(random, 4)] = random() >> below(random, 64);
      std::string packet{reinterpret_cast<const char*>(prefix.data()), sizeof prefix};
      arrived = bytes.size();
      packet += bytes;
      if (random() % 16 == 0) packet.resize(1 + below(random, packet.size()));
      const std::array parts{std::as_bytes(std::span{packet})};
      const int descriptor = ends.second.get();
      const auto attached = random() % 8 == 0 ? std::span{&descriptor, 1} : std::span<const int>{};
      static_cast<void>(platform::send_message(ends.second.get(), parts, attached, platform::Patience::none));
      if (random() % 4 == 0) drain(line, random);
    }
    if (random() % 2 == 0) ends.second = {};
    drain(line, random);
  }
}

TEST_F(Fuzz, StrangersAtAListener) {
  Listener listener{Address{"127.0.0.1:0"}, {.authkey = "secret", .handshake_timeout = 20ms}};
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    Handshake client{Handshake::Side::client, "secret"};
    Stranger stranger{listener.address()};
    EXPECT_FALSE(listener.try_accept({}, Deadline::passed()));
    for (auto steps = below(random, 3); steps > 0; --steps) {
      for (std::string answer : client.next(stranger.receive()).to_send) {
        switch (below(random, 4)) {
          case 0:
            answer = random_bytes(random, below(random, 300));
            break;
          case 1:
            answer[below(random, answer.size())] = static_cast<char>(random());
            break;
          default:
            break;
        }
        stranger.send(answer);
      }
      try {
        EXPECT_FALSE(listener.try_accept({}, Deadline::passed())) << "nobody gets in";
      } catch (const AuthenticationError&) {
        ++refused;
        break;
      }
    }
  }
  EXPECT_GT(refused, 0);
}

TEST_F(Fuzz, Handshake) {
  for (int round = 0; round < 20'000; ++round) {
    const auto side = round % 2 == 0 ? Handshake::Side::listener : Handshake::Side::client;
    Handshake one{side, "secret"};
    const auto first = one.begin();
    static constexpr std::array beginnings{"", "#CHALLENGE#", "#CHALLENGE#{sha256}", "{sha256}", "#WELCOME#", "#FAILURE#"};
    for (int i = 0; i < 3; ++i) {
      const std::string message = beginnings[below(random, beginnings.size())] + random_bytes(random, below(random, 80));
      const auto step = one.next(message);
      EXPECT_FALSE(one.is_done());
      if (step.failure) break;
    }
  }
}

}  // namespace
}  // namespace tandem::test
