#include "tandem/platform/socket.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/platform/epoll.hpp"
#include "tandem/platform/event_fd.hpp"
#include "tandem/platform/open_beneath.hpp"
#include "tandem/platform/poll.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::platform {
namespace {

using namespace std::chrono_literals;

struct Pair {
  Fd client;
  Fd server;
};

Pair connected() {
  const Fd listener = listen_on(SocketAddress::parse("127.0.0.1:0"), 1);
  Fd client = connect_to(local_address(listener.get()), 10s);
  if (!wait_readable(listener.get(), 10s)) throw std::runtime_error("nobody came");
  return {std::move(client), accept_from(listener.get()).socket};
}

volatile std::sig_atomic_t broken_pipes = 0;

/// Counts SIGPIPE for as long as it lives.
class CountBrokenPipes {
 public:
  CountBrokenPipes() : before_{std::signal(SIGPIPE, [](int) { broken_pipes = broken_pipes + 1; })} { broken_pipes = 0; }
  CountBrokenPipes(const CountBrokenPipes&) = delete;
  CountBrokenPipes& operator=(const CountBrokenPipes&) = delete;
  ~CountBrokenPipes() { std::signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

TEST(Socket, CarriesBytesBothWays) {
  const Pair pair = connected();
  const std::string_view parts[] = {"hello", ", ", "world"};
  EXPECT_EQ(send(pair.client.get(), parts).bytes, 12u);
  std::string room(100, '\0');
  ASSERT_TRUE(wait_readable(pair.server.get(), 10s));
  EXPECT_EQ(receive(pair.server.get(), room).bytes, 12u);
  EXPECT_EQ(room.substr(0, 12), "hello, world");
}

TEST(Socket, SaysWhenItWouldBlock) {
  const Pair pair = connected();
  std::string room(100, '\0');
  const Transfer nothing = receive(pair.server.get(), room);
  EXPECT_TRUE(nothing.would_block());
  EXPECT_FALSE(wait_readable(pair.server.get(), 10ms));
  EXPECT_TRUE(wait_writable(pair.server.get(), 10s));
}

TEST(Socket, WritingToNobodyIsAnErrorAndNoSignal) {
  const CountBrokenPipes count;
  const test::TempDir dir;
  dir.write("file", "content");
  const Fd root = open_folder(dir.path().string());
  const Opened file = open_beneath(root.get(), "file");
  Pair pair = connected();
  reset_on_close(pair.client.get());
  pair.client.reset();
  ASSERT_TRUE(wait_readable(pair.server.get(), 10s));
  std::string room(100, '\0');
  EXPECT_EQ(receive(pair.server.get(), room).error, ECONNRESET);
  const std::string_view bytes = "x";
  EXPECT_EQ(send(pair.server.get(), {&bytes, 1}).error, EPIPE);
  EXPECT_EQ(send_file(pair.server.get(), file.file.get(), 0, 7).error, EPIPE);
  EXPECT_TRUE(send_file(pair.server.get(), file.file.get(), 0, 7).peer_gone());
  EXPECT_EQ(broken_pipes, 0);
  std::raise(SIGPIPE);  // and the signal is not blocked behind it
  EXPECT_EQ(broken_pipes, 1);
}

TEST(Socket, SendsFromAFile) {
  const test::TempDir dir;
  dir.write("file", "0123456789");
  const Fd root = open_folder(dir.path().string());
  const Opened file = open_beneath(root.get(), "file");
  const Pair pair = connected();
  EXPECT_EQ(send_file(pair.server.get(), file.file.get(), 3, 4).bytes, 4u);
  EXPECT_EQ(send_file(pair.server.get(), file.file.get(), 8, 100).bytes, 2u);
  const Transfer beyond = send_file(pair.server.get(), file.file.get(), 10, 100);
  EXPECT_EQ(beyond.bytes, 0u);
  EXPECT_EQ(beyond.error, 0);
  std::string room(100, '\0');
  ASSERT_TRUE(wait_readable(pair.client.get(), 10s));
  EXPECT_EQ(receive(pair.client.get(), room).bytes, 6u);
  EXPECT_EQ(room.substr(0, 6), "345689");
}

TEST(Socket, SaysWhoRefusedAConnection) {
  std::string address;
  {
    const Fd listener = listen_on(SocketAddress::parse("127.0.0.1:0"), 1);
    address = local_address(listener.get()).text();
  }
  try {
    connect_to(SocketAddress::parse(address), 10s);
    FAIL() << "somebody listens on " << address;
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::connection_refused);
    EXPECT_NE(std::string{error.what()}.find("connect " + address), std::string::npos) << error.what();
  }
}

TEST(EventFd, IsReadableFromNotifyToDrain) {
  const EventFd event;
  EXPECT_FALSE(wait_readable(event.get(), Deadline::passed()));
  event.notify();
  event.notify();
  EXPECT_TRUE(wait_readable(event.get(), Deadline::passed()));
  event.drain();
  EXPECT_FALSE(wait_readable(event.get(), Deadline::passed()));
  event.drain();  // nothing there: does not block
}

TEST(EventFd, KeepsErrno) {
  const EventFd event;
  errno = 77;
  event.notify();
  EXPECT_EQ(errno, 77);
}

TEST(Epoll, ReportsOnceUntilModified) {
  Epoll epoll;
  const EventFd event;
  int tag = 0;
  void* tags[4] = {};
  epoll.add(event.get(), Interest::read, Repeat::once, &tag);
  EXPECT_EQ(epoll.wait(tags, Deadline::passed()), 0u);
  event.notify();
  EXPECT_EQ(epoll.wait(tags, 10s), 1u);
  EXPECT_EQ(tags[0], &tag);
  EXPECT_EQ(epoll.wait(tags, 10ms), 0u);
  epoll.modify(event.get(), Interest::read, Repeat::once, &tag);
  EXPECT_EQ(epoll.wait(tags, 10s), 1u);
  epoll.modify(event.get(), Interest::none, Repeat::always, &tag);
  EXPECT_EQ(epoll.wait(tags, 10ms), 0u);
  epoll.modify(event.get(), Interest::read, Repeat::always, &tag);
  EXPECT_EQ(epoll.wait(tags, 10s), 1u);
  EXPECT_EQ(epoll.wait(tags, 10s), 1u);
  epoll.remove(event.get());
  EXPECT_EQ(epoll.wait(tags, 10ms), 0u);
}

TEST(Epoll, RefusesADescriptorTwice) {
  Epoll epoll;
  const EventFd event;
  epoll.add(event.get(), Interest::read, Repeat::once, nullptr);
  EXPECT_THROW(epoll.add(event.get(), Interest::read, Repeat::once, nullptr), std::system_error);
}

TEST(Epoll, WakesAnotherThread) {
  Epoll epoll;
  const EventFd event;
  epoll.add(event.get(), Interest::read, Repeat::always, nullptr);
  std::thread notifier{[&] { event.notify(); }};
  void* tags[1] = {};
  EXPECT_EQ(epoll.wait(tags, Deadline::never()), 1u);
  notifier.join();
}

}  // namespace
}  // namespace tandem::platform
