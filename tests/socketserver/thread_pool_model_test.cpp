// The thread-pool model against clients as they really are: many, idle, slow, rude.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/platform/limits.hpp"
#include "tandem/platform/open_beneath.hpp"
#include "tandem/socketserver/server.hpp"
#include "tandem/sync/event.hpp"
#include "tests/socketserver/support/client.hpp"
#include "tests/socketserver/support/protocols.hpp"
#include "tests/socketserver/support/running.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/random.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::socketserver {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::Echo;
using test::eventually;
using test::Running;
using test::Upper;

/// Serves P until the end of the scope.
template <Protocol P>
struct Service {
  explicit Service(Options options = {}) : server{std::move(options)} {}
  template <class Factory>
  Service(Options options, Factory factory) : server{std::move(options), std::move(factory)} {}

  Client connect() const { return Client{server.server_address()}; }

  Server<P> server;
  std::function<void()> serve = [this] { server.serve_forever(); };
  std::function<void()> stop = [this] { server.shutdown(); };
  Running<std::function<void()>, std::function<void()>> running{serve, stop};
};

TEST(ThreadPoolModel, ServesManyClientsAtOnce) {
  Service<Upper> service{{.workers = 2}};
  constexpr int clients = 16;
  constexpr int rounds = 50;
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] {
      Client client = service.connect();
      for (int round = 0; round < rounds; ++round) {
        const std::string n = std::to_string(i * 1000 + round);
        client.send("client " + n);
        right += client.receive_exactly(7 + n.size()) == "CLIENT " + n ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, clients * rounds);
}

TEST(ThreadPoolModel, EchoesLargeInputWholeAndInOrder) {
  Service<Echo> service{{.workers = 2}};
  auto random = test::random_engine();
  std::string sent(5 * 1024 * 1024, '\0');
  std::generate(sent.begin(), sent.end(), [&] { return static_cast<char>(random()); });
  Client client = service.connect();
  std::string received;
  std::thread reader{[&] { received = client.receive_all(); }};
  client.send(sent);
  client.half_close();
  reader.join();
  EXPECT_TRUE(received == sent);  // not EXPECT_EQ, which would print 5 MiB
}

TEST(ThreadPoolModel, IdleClientsTakeNoWorker) {
  constexpr std::size_t idle_clients = 1000;
  ASSERT_GE(platform::raise_open_files_limit(2 * idle_clients + 200), 2 * idle_clients + 200) << "the hard limit is too low";
  Service<Echo> service{{.workers = 2}};
  std::vector<Client> idle;
  for (std::size_t i = 0; i < idle_clients; ++i) {
    idle.push_back(service.connect());
    if (i % 2 == 0) {  // half of them have spoken before, as keep-alive clients have
      idle.back().send("x");
      ASSERT_EQ(idle.back().receive_exactly(1), "x");
    }
  }
  Client active = service.connect();
  for (int round = 0; round < 100; ++round) {
    active.send("hello");
    ASSERT_EQ(active.receive_exactly(5), "hello");
  }
  idle[500].send("I am still here");
  EXPECT_EQ(idle[500].receive_exactly(15), "I am still here");
}

TEST(ThreadPoolModel, SlowReadersTakeNoWorker) {
  struct Flood {
    void data_received(Session& session, std::string_view bytes) {
      if (bytes == "flood") {
        session.write(std::string(32 * 1024 * 1024, 'x'));
      } else {
        session.write(bytes);
      }
    }
  };
  Service<Flood> service{{.workers = 2}};
  std::vector<Client> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(service.connect());
    slow.back().send("flood");
    ASSERT_EQ(slow.back().receive_exactly(1), "x");
  }
  Client quick = service.connect();
  quick.send("hello");
  EXPECT_EQ(quick.receive_exactly(5), "hello");
  // And a slow one gets all in the end.
  EXPECT_EQ(slow[0].receive_exactly(32 * 1024 * 1024 - 1).size(), 32u * 1024 * 1024 - 1);
}

TEST(ThreadPoolModel, SlowWritersTakeNoWorker) {
  Service<Echo> service{{.workers = 1}};
  Client slow = service.connect();
  Client quick = service.connect();
  for (const char byte : std::string{"slowly"}) {
    slow.send({&byte, 1});
    quick.send("quick");
    EXPECT_EQ(quick.receive_exactly(5), "quick");
    EXPECT_EQ(slow.receive_exactly(1), std::string(1, byte));
  }
}

/// Counts those that are connected, and answers one byte by a great deal.
struct Counted {
  struct Board {
    std::atomic<int> made{0};
    std::atomic<int> lost{0};
    std::atomic<int> eof{0};
    std::atomic<int> timed_out{0};
  };
  Board* board;
  std::size_t answer = 1;
  Deadline input_by = Deadline::never();

  void connection_made(Session& session) {
    ++board->made;
    session.expect_input_by(input_by);
  }
  void data_received(Session& session, std::string_view) { session.write(std::string(answer, 'x')); }
  void eof_received(Session&) { ++board->eof; }
  void timed_out(Session& session) {
    ++board->timed_out;
    session.write("too late");
    session.close();
  }
  void connection_lost(Session&) { ++board->lost; }
};

TEST(ThreadPoolModel, CutsOffAClientThatNeverReads) {
  Counted::Board board;
  Service<Counted> service{{.workers = 1, .write_timeout = 300ms}, [&] { return Counted{&board, 64u * 1024 * 1024}; }};
  Client client = service.connect();
  client.shrink_buffers();
  client.send("x");
  EXPECT_TRUE(eventually([&] { return board.lost == 1; }));
}

TEST(ThreadPoolModel, CutsOffAClientThatTakesForEverToRead) {
  Counted::Board board;
  Service<Counted> service{{.workers = 1, .write_timeout = 10s, .flush_timeout = 500ms},
                           [&] { return Counted{&board, 64u * 1024 * 1024}; }};
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

TEST(ThreadPoolModel, HalfCloseStillGetsTheAnswer) {
  Counted::Board board;
  Service<Counted> service{{.workers = 1}, [&] { return Counted{&board, 3u * 1024 * 1024}; }};
  Client client = service.connect();
  client.send("x");
  client.half_close();
  EXPECT_EQ(client.receive_all().size(), 3u * 1024 * 1024);
  EXPECT_TRUE(eventually([&] { return board.lost == 1; }));
  EXPECT_EQ(board.eof, 1);
}

TEST(ThreadPoolModel, SurvivesResets) {
  Counted::Board board;
  Service<Counted> service{{.workers = 2}, [&] { return Counted{&board, 1024u * 1024}; }};
  for (int i = 0; i < 20; ++i) {
    Client rude = service.connect();
    rude.send("x");
    rude.reset();  // most often while the answer is being written: EPIPE, and no SIGPIPE
  }
  Client polite = service.connect();
  polite.send("x");
  EXPECT_EQ(polite.receive_exactly(1024 * 1024).size(), 1024u * 1024);
  polite.close();
  EXPECT_TRUE(eventually([&] { return board.lost == 21; }));
  EXPECT_EQ(board.made, 21);
}

TEST(ThreadPoolModel, CallsTimedOutWhenNothingComes) {
  Counted::Board board;
  const auto begin = std::chrono::steady_clock::now();
  Service<Counted> service{{.workers = 1}, [&] { return Counted{&board, 1, 200ms}; }};
  Client client = service.connect();
  EXPECT_EQ(client.receive_all(), "too late");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 200ms);
  EXPECT_EQ(board.timed_out, 1);
}

TEST(ThreadPoolModel, AProtocolThatThrowsLosesItsConnectionOnly) {
  struct Thrower {
    void data_received(Session& session, std::string_view bytes) {
      if (bytes == "throw") throw std::runtime_error("as the test demanded");
      if (bytes == "odd") throw 42;
      session.write(bytes);
    }
  };
  Service<Thrower> service{{.workers = 1}};
  Client good = service.connect();
  good.send("hello");
  EXPECT_EQ(good.receive_exactly(5), "hello");
  for (const char* how : {"throw", "odd"}) {
    Client bad = service.connect();
    testing::internal::CaptureStderr();
    bad.send(how);
    EXPECT_EQ(bad.receive_all(), "");
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find(bad.address()), std::string::npos) << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  }
  good.send("still here");
  EXPECT_EQ(good.receive_exactly(10), "still here");
}

TEST(ThreadPoolModel, SurplusClientsWaitInTheBacklog) {
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

TEST(ThreadPoolModel, SendsFilesByTheKernel) {
  struct FileSender {
    void data_received(Session& session, std::string_view) {
      session.write("head:");
      platform::Opened opened = platform::open_beneath(root, "file");
      session.send_file(std::move(opened.file), 10, 2'000'000);
      session.write(":tail");
    }
    int root;
  };
  const test::TempDir dir;
  std::string content(3'000'000, '\0');
  auto random = test::random_engine();
  std::generate(content.begin(), content.end(), [&] { return static_cast<char>(random()); });
  dir.write("file", content);
  const platform::Fd root = platform::open_folder(dir.path().string());
  Service<FileSender> service{{.workers = 1}, [&] { return FileSender{root.get()}; }};
  Client client = service.connect();
  for (int round = 0; round < 3; ++round) {
    client.send("x");
    EXPECT_TRUE(client.receive_exactly(2'000'010) == "head:" + content.substr(10, 2'000'000) + ":tail");
  }
  // A client that is gone must not end the process: sendfile knows no MSG_NOSIGNAL.
  for (int round = 0; round < 10; ++round) {
    Client rude = service.connect();
    rude.send("x");
    rude.reset();
  }
  client.send("x");
  EXPECT_EQ(client.receive_exactly(2'000'010).size(), 2'000'010u);
}

TEST(ThreadPoolModel, AFileThatShrinksWhileItIsSentEndsTheConnection) {
  struct LyingSender {
    void data_received(Session& session, std::string_view) {
      session.send_file(platform::open_beneath(root, "file").file, 0, 1'000'000);
    }
    int root;
  };
  const test::TempDir dir;
  dir.write("file", std::string(1000, 'x'));  // as if it had been cut after its length was taken
  const platform::Fd root = platform::open_folder(dir.path().string());
  Service<LyingSender> service{{.workers = 1}, [&] { return LyingSender{root.get()}; }};
  Client client = service.connect();
  testing::internal::CaptureStderr();
  client.send("x");
  EXPECT_EQ(client.receive_all().size(), 1000u);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("shorter"), std::string::npos);
}

/// Writes a line for each call of output_flushed, three times; a model that forgot it would leave the client waiting.
TEST(ThreadPoolModel, TellsWhenTheOutputIsSent) {
  struct Countdown {
    void data_received(Session& session, std::string_view) { session.write("3"); }
    void output_flushed(Session& session) {
      if (left > 0) session.write(std::to_string(left--));
    }
    int left = 2;
  };
  Service<Countdown> service{{.workers = 1}};
  Client client = service.connect();
  client.send("x");
  EXPECT_EQ(client.receive_exactly(3), "321");
}

TEST(ThreadPoolModel, LastWordsReachAClientThatIsStillSending) {
  // The server has read a part only and closes; without lingering, the kernel would answer the rest by a reset, and the client
  // would see that instead of the words.
  struct Refuser {
    void data_received(Session& session, std::string_view) {
      session.write("no");
      session.close();
    }
  };
  Service<Refuser> service{{.workers = 1}};
  for (int round = 0; round < 20; ++round) {
    Client client = service.connect();
    client.send(std::string(200'000, 'x'));
    EXPECT_EQ(client.receive_all(), "no");
  }
}

TEST(ThreadPoolModel, ShutdownClosesIdleClientsAndLetsBusyOnesFinish) {
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

TEST(ThreadPoolModel, ShutdownEndsInBoundedTimeWhateverClientsDo) {
  Counted::Board board;
  Service<Counted> service{{.workers = 1, .write_timeout = 1h, .flush_timeout = 1h, .shutdown_grace = 200ms},
                           [&] { return Counted{&board, 64u * 1024 * 1024}; }};
  Client never_reads = service.connect();
  never_reads.send("x");
  ASSERT_EQ(never_reads.receive_exactly(1), "x");
  const auto begin = std::chrono::steady_clock::now();
  service.running.end();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_EQ(board.lost, 1);
}

TEST(ThreadPoolModel, ShutdownRacesWithEverything) {
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

TEST(ThreadPoolModel, PausesWhenDescriptorsRunOut) {
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
