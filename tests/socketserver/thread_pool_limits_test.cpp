// The thread-pool model at its bounds: time, connections, descriptors, and its end.

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/platform/limits.hpp"
#include "tandem/platform/open_beneath.hpp"
#include "tandem/sync/event.hpp"
#include "tests/socketserver/support/client.hpp"
#include "tests/socketserver/support/protocols.hpp"
#include "tests/socketserver/support/service.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::socketserver {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::Counted;
using test::Echo;
using test::eventually;
using test::Service;

TEST(ThreadPoolModelLimits, CutsOffAClientThatNeverReads) {
  Counted::Board board;
  Service<Counted> service{{.workers = 1, .write_timeout = 300ms}, [&] { return Counted{&board, 64u * 1024 * 1024}; }};
  Client client = service.connect();
  client.shrink_buffers();
  client.send("x");
  EXPECT_TRUE(eventually([&] { return board.lost == 1; }));
}

TEST(ThreadPoolModelLimits, CutsOffAClientThatTakesForEverToRead) {
  Counted::Board board;
  Service<Counted> service{{.workers = 1, .write_timeout = 10s, .flush_timeout = 500ms}, [&] {
                             return Counted{&board, 64u * 1024 * 1024};
                           }};
  Client client = service.connect();
  client.shrink_buffers();
  client.send("x");
  // It reads all the time, though little: write_timeout alone would let it go on.
  try {
    while (board.lost == 0) client.receive_some(1024);
  } catch (const std::system_error&) {
    // reset, as it should be
  }
  EXPECT_TRUE(eventually([&] { return board.lost == 1; }));
}

TEST(ThreadPoolModelLimits, CallsTimedOutWhenNothingComes) {
  Counted::Board board;
  const auto begin = std::chrono::steady_clock::now();
  Service<Counted> service{{.workers = 1}, [&] { return Counted{&board, 1, 200ms}; }};
  Client client = service.connect();
  EXPECT_EQ(client.receive_all(), "too late");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 200ms);
  EXPECT_EQ(board.timed_out, 1);
}

TEST(ThreadPoolModelLimits, SurplusClientsWaitInTheBacklog) {
  Service<Echo> service{{.workers = 1, .max_connections = 2}};
  Client first = service.connect();
  Client second = service.connect();
  for (Client* client : {&first, &second}) {
    client->send("x");
    ASSERT_EQ(client->receive_exactly(1), "x");
  }
  Client third = service.connect();  // the kernel takes it, the server does not yet
  third.send("third");
  EXPECT_TRUE(third.is_quiet_until(300ms));
  first.close();
  EXPECT_EQ(third.receive_exactly(5), "third");
}

TEST(ThreadPoolModelLimits, ShutdownClosesIdleClientsAndLetsBusyOnesFinish) {
  struct Slow {
    void data_received(Session& session, std::string_view bytes) {
      if (bytes == "work") {
        started->set();
        go_on->wait();
        session.write(std::string(2'000'000, 'x'));
      }
    }
    sync::Event* started;
    sync::Event* go_on;
  };
  sync::Event started;
  sync::Event go_on;
  Service<Slow> service{{.workers = 2}, [&] { return Slow{&started, &go_on}; }};
  Client idle = service.connect();
  Client busy = service.connect();
  busy.send("work");
  started.wait();
  service.server.request_shutdown();
  EXPECT_EQ(idle.receive_all(), "");  // closed although the other one is still at work
  go_on.set();
  EXPECT_EQ(busy.receive_all().size(), 2'000'000u);
  service.running.join();
}

TEST(ThreadPoolModelLimits, ShutdownEndsInBoundedTimeWhateverClientsDo) {
  Counted::Board board;
  Service<Counted> service{{.workers = 1, .write_timeout = 1h, .flush_timeout = 1h, .shutdown_grace = 200ms}, [&] {
                             return Counted{&board, 64u * 1024 * 1024};
                           }};
  Client never_reads = service.connect();
  never_reads.send("x");
  ASSERT_EQ(never_reads.receive_exactly(1), "x");
  const auto begin = std::chrono::steady_clock::now();
  service.running.end();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_EQ(board.lost, 1);
}

TEST(ThreadPoolModelLimits, ShutdownRacesWithEverything) {
  for (int round = 0; round < 20; ++round) {
    Counted::Board board;
    {
      Service<Counted> service{{.workers = 3}, [&] { return Counted{&board, 100, 50ms}; }};
      std::vector<std::thread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          try {
            for (int k = 0; k < 50; ++k) {
              Client client = service.connect();
              client.send("x");
              client.receive_some();
            }
          } catch (const std::system_error&) {
            // refused or reset: the server is gone
          }
        });
      }
      ASSERT_TRUE(eventually([&] { return board.made >= 10; }));
      service.running.end();
      for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(board.made, board.lost);
  }
}

TEST(ThreadPoolModelLimits, PausesWhenDescriptorsRunOut) {
  // All of this process's descriptors are taken by clients, so that accept fails; when some are given back it goes on.
  const std::size_t limit = platform::raise_open_files_limit(0);
  if (limit > 70'000) GTEST_SKIP() << "too many descriptors are allowed here to use them up";
  Service<Echo> service{{.workers = 1, .max_connections = 1'000'000}};
  Client first = service.connect();
  first.send("x");
  ASSERT_EQ(first.receive_exactly(1), "x");
  const platform::Fd root = platform::open_folder(".");
  testing::internal::CaptureStderr();  // needs a descriptor, and so does the end of it
  std::vector<platform::Fd> hoard;
  for (platform::Opened opened = platform::open_beneath(root.get(), "."); opened.file;
       opened = platform::open_beneath(root.get(), ".")) {
    hoard.push_back(std::move(opened.file));
  }
  hoard.pop_back();  // for the client's side
  Client second = service.connect();
  second.send("second");
  EXPECT_TRUE(second.is_quiet_until(500ms));
  first.send("first");
  EXPECT_EQ(first.receive_exactly(5), "first");
  hoard.clear();
  EXPECT_EQ(second.receive_exactly(6), "second");
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("accept: Too many open files"), std::string::npos) << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

}  // namespace
}  // namespace tandem::socketserver
