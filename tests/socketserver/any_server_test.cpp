#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/base/errors.hpp"
#include "tandem/socketserver/server.hpp"
#include "tests/socketserver/support/client.hpp"
#include "tests/socketserver/support/protocols.hpp"
#include "tests/socketserver/support/running.hpp"

namespace tandem::socketserver {
namespace {

using test::Client;
using test::Echo;
using test::Running;
using test::Upper;

TEST(Server, ServesTheCoursesExercise) {
  Server<Upper> server{{.bind = "127.0.0.1:0"}};
  const Running running{[&] { server.serve_forever(); }, [&] { server.shutdown(); }};
  Client client{server.server_address()};
  client.send("hello");
  EXPECT_EQ(client.receive_exactly(5), "HELLO");
  client.send("again");
  EXPECT_EQ(client.receive_exactly(5), "AGAIN");
}

TEST(Server, TakesAFactoryForProtocolsThatNeedSomething) {
  struct Greeter {
    void connection_made(Session& session) { session.write(greeting); }
    void data_received(Session& session, std::string_view) { session.close(); }
    std::string greeting;
  };
  Server<Greeter> server{{.workers = 1}, [] { return Greeter{"welcome"}; }};
  const Running running{[&] { server.serve_forever(); }, [&] { server.shutdown(); }};
  Client client{server.server_address()};
  EXPECT_EQ(client.receive_exactly(7), "welcome");  // before a byte was sent
  client.send("bye");
  EXPECT_EQ(client.receive_all(), "");
}

TEST(Server, TellsTheProtocolWhoIsThere) {
  struct WhoAmI {
    void data_received(Session& session, std::string_view) { session.write(session.peer()); }
  };
  Server<WhoAmI> server;
  const Running running{[&] { server.serve_forever(); }, [&] { server.shutdown(); }};
  Client client{server.server_address()};
  client.send("?");
  EXPECT_EQ(client.receive_exactly(client.address().size()), client.address());
}

// main() of these tests has called tandem::init.
TEST(Server, OnTheMainThreadCtrlCEndsIt) {
  std::jthread user;
  {
    Server<Echo> server{{.bind = "127.0.0.1:0"}};
    user = std::jthread{[address = server.server_address()] {
      Client client{address};
      client.send("still here");
      EXPECT_EQ(client.receive_exactly(10), "still here");
      ::kill(::getpid(), SIGINT);
      EXPECT_EQ(client.receive_all(), "") << "the connection ends with the server";
    }};
    EXPECT_THROW(server.serve_forever(), KeyboardInterrupt);
  }
}

TEST(Server, ListensOnIpv6IfTheMachineHasIt) {
  try {
    Server<Echo> server{{.bind = "[::1]:0"}};
    EXPECT_EQ(server.server_address().substr(0, 6), "[::1]:");
    const Running running{[&] { server.serve_forever(); }, [&] { server.shutdown(); }};
    Client client{server.server_address()};
    client.send("six");
    EXPECT_EQ(client.receive_exactly(3), "six");
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "no IPv6 here: " << error.what();
  }
}

TEST(Server, SaysWhichPortIsTaken) {
  const Server<Echo> first{{.bind = "127.0.0.1:0"}};
  const std::string address = first.server_address();
  try {
    const Server<Echo> second{{.bind = address}};
    FAIL() << "two servers on " << address;
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
    EXPECT_EQ(error.what(), "bind " + address + ": Address already in use");
  }
}

TEST(Server, RefusesWhatIsNoAddressAndShowsHowOneLooks) {
  for (const char* bad : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
                          "[]:80", "[::1]80", "127.0.0.1:80x"}) {
    try {
      const Server<Echo> server{{.bind = bad}};
      FAIL() << "'" << bad << "' was taken for an address";
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string{error.what()}.find("127.0.0.1:8080"), std::string::npos) << error.what();
    }
  }
}

TEST(Server, RefusesSenselessOptions) {
  EXPECT_THROW(Server<Echo>({.workers = -1}), std::invalid_argument);
  EXPECT_THROW(Server<Echo>({.max_connections = 0}), std::invalid_argument);
}

TEST(Server, ServesOnce) {
  Server<Echo> server;
  server.shutdown();       // nobody serves: does not wait
  server.serve_forever();  // the request is there already: returns at once
  EXPECT_THROW(server.serve_forever(), std::logic_error);
  server.shutdown();
}

TEST(Server, RefusesNewcomersAfterShutdown) {
  Server<Echo> server;
  Running running{[&] { server.serve_forever(); }, [&] { server.shutdown(); }};
  const std::string address = server.server_address();
  { Client client{address}; }
  running.end();
  EXPECT_THROW(Client{address}, std::system_error);
}

TEST(Server, CanBeShutDownByItsOwnProtocol) {
  struct Off {
    void data_received(Session& session, std::string_view) {
      session.write("going");
      shutdown();  // on a worker: must not wait for itself
    }
    std::function<void()> shutdown;
  };
  std::function<void()> shutdown;
  Server<Off> server{{}, [&] { return Off{shutdown}; }};
  shutdown = [&] { server.shutdown(); };
  Running running{[&] { server.serve_forever(); }, [&] { server.shutdown(); }};
  Client client{server.server_address()};
  client.send("x");
  EXPECT_EQ(client.receive_all(), "going");
  running.join();
}

}  // namespace
}  // namespace tandem::socketserver
