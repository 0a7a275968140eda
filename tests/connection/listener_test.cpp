// Listener and Client that mean well.

#include "tandem/connection/listener.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/errors.hpp"
#include "tandem/platform/process.hpp"
#include "tests/connection/no_descriptors.hpp"
#include "tests/connection/stranger.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/unprivileged.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::AuthenticationError;
using multiprocessing::Connection;
using multiprocessing::EOFError;
using namespace multiprocessing::connection;

/// A client in a thread of its own, since client and listener wait for each other.
class ClientThread {
 public:
  ClientThread(const Address& address, ClientOptions options)
      : thread_{[this, address, options] {
          try {
            line = Client<std::string>(address, options);
          } catch (const std::exception& error) {
            failure = error.what();
            refused = dynamic_cast<const AuthenticationError*>(&error) != nullptr;
          }
        }} {}
  void join() { thread_.join(); }

  Connection<> line;
  std::string failure;
  bool refused = false;

 private:
  std::jthread thread_;
};

void expect_talk(Connection<>& one, Connection<>& other) {
  const std::string large(3'000'000, 'x');
  one.send("hello");
  EXPECT_EQ(other.recv(), "hello");
  std::jthread sender{[&] { other.send_bytes(large); }};
  EXPECT_TRUE(one.recv_bytes() == large);
  one.send_bytes("");
  EXPECT_EQ(other.recv_bytes(), "");
}

class ListenerAt : public ::testing::TestWithParam<const char*> {
 protected:
  Address address() const {
    const std::string text = GetParam();
    if (text == "file") return Address{(folder_ / "socket").string()};
    if (text == "name") return Address{"@tandem-listener-test-" + std::to_string(platform::this_pid())};  // tests run side by side
    return Address{text};
  }
  TempDir folder_;
};

TEST_P(ListenerAt, WithoutAKey) {
  Listener listener{address()};
  auto client = Client(listener.address());
  auto accepted = listener.accept();
  expect_talk(client, accepted);
  client.close();
  EXPECT_THROW(accepted.recv(), EOFError);
}

TEST_P(ListenerAt, WithAKey) {
  Listener listener{address(), {.authkey = "secret"}};
  for (int i = 0; i < 3; ++i) {
    ClientThread client{listener.address(), {.authkey = "secret"}};
    auto accepted = listener.accept();
    client.join();
    ASSERT_EQ(client.failure, "");
    expect_talk(client.line, accepted);
  }
}

TEST_P(ListenerAt, WithDifferentKeysBothSidesLearnIt) {
  Listener listener{address(), {.authkey = "secret"}};
  ClientThread client{listener.address(), {.authkey = "Secret"}};
  EXPECT_THROW(listener.accept(), AuthenticationError);
  client.join();
  EXPECT_TRUE(client.refused) << client.failure;
  ClientThread other{listener.address(), {.authkey = "secret"}};
  EXPECT_FALSE(listener.accept().closed()) << "others can be accepted after that";
  other.join();
  EXPECT_EQ(other.failure, "");
}

TEST_P(ListenerAt, AClientWithoutAKeyIsRefused) {
  Listener listener{address(), {.authkey = "secret"}};
  auto client = Client(listener.address());
  client.send("let me in");
  EXPECT_THROW(listener.accept(), AuthenticationError);
  EXPECT_TRUE(client.recv_bytes().starts_with("#CHALLENGE#"));
  EXPECT_EQ(client.recv_bytes(), "#FAILURE#");
  EXPECT_THROW(client.recv_bytes(), EOFError);
}

TEST_P(ListenerAt, AClientWaitsForTheKeyOnlySoLong) {
  Listener listener{address()};
  ClientThread client{listener.address(), {.authkey = "secret", .timeout = 100ms}};
  auto accepted = listener.accept();
  client.join();
  EXPECT_NE(client.failure.find("is it given one?"), std::string::npos) << client.failure;
  EXPECT_THROW(accepted.recv(), EOFError);
}

TEST_P(ListenerAt, InUse) {
  const Listener first{address()};
  try {
    const Listener second{first.address()};
    FAIL() << "it is taken";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
    EXPECT_TRUE(std::string{error.what()}.starts_with("bind " + first.address().text())) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Addresses, ListenerAt, ::testing::Values("127.0.0.1:0", "[::1]:0", "file", "name"));

TEST(Listener, AtAPlaceOfItsOwnChoice) {
  Listener one;
  Listener other;
  EXPECT_NE(one.address().text(), other.address().text());
  auto client = Client<int>(one.address());
  auto accepted = one.accept<int>();
  client.send(5);
  EXPECT_EQ(accepted.recv(), 5);
}

TEST(Listener, SaysWhereItIsAndWhoCame) {
  Listener listener{Address{"127.0.0.1", 0}};
  EXPECT_GT(listener.address().port(), 0);
  const auto client = Client(listener.address());
  const auto accepted = listener.accept();
  EXPECT_TRUE(listener.last_accepted().starts_with("127.0.0.1:")) << listener.last_accepted();
  Listener moved = std::move(listener);
  EXPECT_THROW(listener.address(), std::logic_error);
  moved.close();
  moved.close();
  EXPECT_THROW(moved.accept(), std::logic_error);
}

TEST(Listener, ItsFileGoesWithIt) {
  const TempDir folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  std::optional<Listener> listener{std::in_place, Address{"./socket"}};
  EXPECT_EQ(listener->address().text(), "./socket");
  EXPECT_TRUE(std::filesystem::is_socket(folder / "socket"));
  std::filesystem::current_path(before);
  listener.reset();
  EXPECT_FALSE(std::filesystem::exists(folder / "socket")) << "wherever the program is by now";
}

TEST(Listener, PlacesThatCannotBe) {
  const TempDir folder;
  EXPECT_THROW(Listener{Address{(folder / std::string(200, 'x')).string()}}, std::invalid_argument) << "too long";
  EXPECT_THROW(Listener{Address{"@" + std::string(200, 'x')}}, std::invalid_argument);
  EXPECT_THROW(Listener{Address{"no port"}}, std::invalid_argument);
  EXPECT_THROW(Listener{Address{"/no/such/folder/socket"}}, std::system_error);
  const Unprivileged unprivileged;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  try {
    const Listener listener{Address{(folder / "socket").string()}};
    FAIL() << "the folder may not be written to";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::permission_denied);
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST(Listener, NobodyIsThere) {
  const TempDir folder;
  EXPECT_THROW(Client(Address{(folder / "socket").string()}), std::system_error);
  EXPECT_THROW(Client(Address{"@tandem-nobody"}), std::system_error);
  std::optional<Listener> gone{std::in_place, Address{"127.0.0.1:0"}};
  const Address address = gone->address();
  gone.reset();
  EXPECT_THROW(Client(address), std::system_error);
}

TEST(Listener, NobodyComes) {
  Listener listener{{.authkey = "secret"}};
  EXPECT_THROW(listener.accept(10ms), TimeoutError);
  EXPECT_THROW(listener.accept(Deadline::passed()), TimeoutError);
  EXPECT_FALSE(listener.try_accept({}, 10ms));
  std::stop_source stop;
  std::jthread stopper{[&] { stop.request_stop(); }};
  EXPECT_FALSE(listener.try_accept(stop.get_token()));
}

TEST(Listener, NobodyAccepts) {
  Listener listener{{.backlog = 0}};
  const auto first = Client(listener.address());
  EXPECT_THROW(Client(listener.address(), {.timeout = 50ms}), TimeoutError) << "no more can wait";
}

TEST(Listener, NoDescriptorLeft) {
  Listener listener{Address{"127.0.0.1:0"}};
  const auto client = Client(listener.address());
  {
    const NoDescriptors none;
    try {
      listener.accept();
      FAIL() << "there is no descriptor for it";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::too_many_files_open);
    }
  }
  EXPECT_FALSE(listener.accept(20s).closed()) << "it has waited";
}

TEST(Listener, NoDescriptorLeftWhileOthersShowTheirKeys) {
  Listener listener{Address{"127.0.0.1:0"}, {.authkey = "secret"}};
  const auto silent = Client(listener.address());
  EXPECT_THROW(listener.accept(10ms), TimeoutError) << "it is in by now";
  std::optional<Connection<>> second{Client(listener.address())};
  std::optional<NoDescriptors> none{std::in_place};
  EXPECT_THROW(listener.accept(100ms), TimeoutError);
  none.reset();
  second.reset();
  ClientThread client{listener.address(), {.authkey = "secret"}};
  EXPECT_FALSE(listener.accept(20s).closed());
  client.join();
  EXPECT_EQ(client.failure, "");
}

TEST(Listener, OverTcpThereAreNoDescriptors) {
  Listener listener{Address{"127.0.0.1:0"}};
  auto client = Client<platform::Fd>(listener.address());
  auto accepted = listener.accept<platform::Fd>();
  EXPECT_THROW(client.send(platform::open_null()), std::invalid_argument);
  client.send(platform::Fd{});
  EXPECT_FALSE(accepted.recv()) << "nothing of the first has gone";
}

TEST(Listener, DescriptorsGoToAName) {
  Listener listener;
  auto client = Client<platform::Fd>(listener.address());
  auto accepted = listener.accept<platform::Fd>();
  client.send(platform::open_null());
  EXPECT_TRUE(accepted.recv());
}

TEST(Listener, GoesOnInTheMiddleOfAMessageOverTcp) {
  Listener listener{Address{"127.0.0.1:0"}};
  const Stranger stranger{listener.address()};
  auto line = listener.accept();
  const std::string sent = Stranger::head(200'000) + std::string(200'000, 'x') + Stranger::head(4) + "next";
  for (std::size_t at = 0; at < sent.size(); at += 33337) {
    EXPECT_THROW(line.recv_bytes({}, 1ms), TimeoutError);
    EXPECT_FALSE(line.poll());
    stranger.write(std::string_view{sent}.substr(at, 33337));
  }
  EXPECT_EQ(line.recv_bytes(), std::string(200'000, 'x'));
  EXPECT_EQ(line.recv_bytes(4), "next");
}

TEST(Listener, TooLongAMessageOverTcpIsPassedOver) {
  Listener listener{Address{"127.0.0.1:0"}};
  auto client = Client(listener.address());
  auto accepted = listener.accept();
  std::jthread sender{[&] {
    client.send_bytes(std::string(20'000'000, 'x'));
    client.send_bytes("next");
  }};
  EXPECT_THROW(accepted.recv_bytes(4), std::length_error);
  EXPECT_EQ(accepted.recv_bytes(4), "next");
}

}  // namespace
}  // namespace tandem::test
