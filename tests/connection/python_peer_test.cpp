// Over TCP, a Connection understands CPython's multiprocessing.connection.

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "tandem/connection/listener.hpp"
#include "tandem/subprocess/popen.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::AuthenticationError;
using multiprocessing::Connection;
using namespace multiprocessing::connection;
using subprocess::Popen;

constexpr int refused = 3;

void expect_echo(Connection<> line) {
  for (const std::size_t size : {0, 1, 5, 16384, 16385, 65536, 65537, 1'000'000}) {
    std::string message(size, 'x');
    if (size != 0) message.back() = '\0';
    line.send_bytes(message);
    EXPECT_TRUE(line.recv_bytes({}, 20s) == message) << size;
  }
}

Popen peer(const std::string& role, const std::string& address, const std::string& key = "") {
  subprocess::Command command{PYTHON, PEER, role, address};
  if (!key.empty()) command = subprocess::Command{PYTHON, PEER, role, address, key};
  return Popen{command, {.stdout = subprocess::PIPE}};
}

Address where_it_listens(Popen& python) { return Address{"127.0.0.1", std::stoi(python.stdout().readline())}; }

TEST(PythonPeer, AsClient) {
  Listener listener{Address{"127.0.0.1:0"}};
  Popen python = peer("client", listener.address().text());
  expect_echo(listener.accept(20s));
  EXPECT_EQ(python.wait(), 0);
}

TEST(PythonPeer, AsListener) {
  Popen python = peer("listener", "127.0.0.1:0");
  expect_echo(Client(where_it_listens(python)));
  EXPECT_EQ(python.wait(), 0);
}

TEST(PythonPeer, AsClientWithAKey) {
  Listener listener{Address{"127.0.0.1:0"}, {.authkey = "secret"}};
  Popen python = peer("client-key", listener.address().text(), "secret");
  expect_echo(listener.accept(20s));
  EXPECT_EQ(python.wait(), 0);
}

TEST(PythonPeer, AsListenerWithAKey) {
  Popen python = peer("listener-key", "127.0.0.1:0", "secret");
  expect_echo(Client(where_it_listens(python), {.authkey = "secret"}));
  EXPECT_EQ(python.wait(), 0);
}

TEST(PythonPeer, WithAnotherKeyIsRefusedAndKnowsIt) {
  Listener listener{Address{"127.0.0.1:0"}, {.authkey = "secret"}};
  Popen client = peer("client-key", listener.address().text(), "other");
  EXPECT_THROW(listener.accept(20s), AuthenticationError);
  EXPECT_EQ(client.wait(), refused);
  Popen python = peer("listener-key", "127.0.0.1:0", "other");
  EXPECT_THROW(Client(where_it_listens(python), {.authkey = "secret"}), AuthenticationError);
  EXPECT_EQ(python.wait(), refused);
}

}  // namespace
}  // namespace tandem::test
