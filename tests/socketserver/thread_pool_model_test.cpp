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
#include "tests/socketserver/support/client.hpp"
#include "tests/socketserver/support/protocols.hpp"
#include "tests/socketserver/support/service.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/random.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::socketserver {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::Counted;
using test::Echo;
using test::eventually;
using test::Service;
using test::Upper;

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

/// Bytes that arrive just while a worker lets go of its client: readiness must not get lost in between, or a client waits for ever.
TEST(ThreadPoolModel, MissesNoReadiness) {
  Service<Echo> service{{.workers = 3}};
  constexpr int clients = 8;
  constexpr std::size_t pieces = 20'000;
  std::vector<std::thread> threads;
  std::atomic<int> whole{0};
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&] {
      Client client = service.connect();
      std::thread sender{[&] {
        for (std::size_t piece = 0; piece < pieces; ++piece) client.send("x");
      }};
      try {
        whole += client.receive_exactly(pieces).size() == pieces ? 1 : 0;
      } catch (const std::runtime_error&) {
        // "the server says nothing": counted as not whole
      }
      sender.join();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(whole, clients);
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

}  // namespace
}  // namespace tandem::socketserver
