#include "tandem/connection/wait.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/connection/connection.hpp"
#include "tandem/connection/listener.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/subprocess/popen.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Connection;
using multiprocessing::Pipe;
using multiprocessing::Process;
namespace connection = multiprocessing::connection;
using connection::Waitable;
using Ready = std::vector<Waitable>;

TEST(ConnectionWait, SaysWhichAreReadyInTheOrderGiven) {
  auto [a, a_end] = Pipe();
  auto [b, b_end] = Pipe<int>();
  auto [c, c_end] = Pipe();
  EXPECT_EQ(connection::wait({a, b, c}, Deadline::passed()), Ready{});
  EXPECT_EQ(connection::wait({a, b, c}, 5ms), Ready{});
  EXPECT_EQ(connection::wait({}, 5ms), Ready{});
  c_end.send("x");
  EXPECT_EQ(connection::wait({a, b, c}), (Ready{c}));
  a_end.close();
  EXPECT_EQ(connection::wait({c, b, a}), (Ready{c, a})) << "the end is something to be told, too";
  b_end.send(1);
  EXPECT_EQ(connection::wait({a, b, c}), (Ready{a, b, c}));
  EXPECT_EQ(connection::wait({a, b, c}), (Ready{a, b, c})) << "asking takes nothing away";
  EXPECT_EQ(c.recv(), "x");
  EXPECT_EQ(connection::wait({b, c}, 20s), (Ready{b}));
}

TEST(ConnectionWait, WaitsForWhatIsToCome) {
  auto [a, a_end] = Pipe();
  auto [b, b_end] = Pipe();
  std::jthread sender{[&line = b_end] { line.send_bytes(std::string(1'000'000, 'x')); }};
  EXPECT_EQ(connection::wait({a, b}), (Ready{b}));
  EXPECT_EQ(b.try_recv_bytes().value_or("").size(), 1'000'000U) << "all of it is there";
}

TEST(ConnectionWait, AProcessASocketAndAProgram) {
  auto [line, end] = Pipe();
  Process process{[](Connection<> until) { static_cast<void>(until.try_recv_bytes(Deadline::never())); }, end};
  process.start();
  connection::Listener listener;
  subprocess::Popen program{{"cat"}, {.stdin = subprocess::PIPE, .stdout = subprocess::PIPE}};
  const std::vector<Waitable> all{process.sentinel(), listener.fileno(), program.stdout().fileno()};
  EXPECT_EQ(connection::wait(all, 5ms), Ready{});
  line.send("go");
  EXPECT_EQ(connection::wait(all), (Ready{process.sentinel()}));
  program.stdin().close();
  EXPECT_EQ(connection::wait({all[1], all[2]}), (Ready{program.stdout().fileno()}));
  const auto client = connection::Client(listener.address());
  EXPECT_EQ(connection::wait({listener.fileno()}), (Ready{listener.fileno()}));
  const auto accepted = listener.accept();
  program.wait();
}

// Each of a kind of its own in one call, as who serves clients and looks after its workers has them.
TEST(ConnectionWait, AConnectionAProcessAndASocketTogether) {
  auto [line, end] = Pipe();
  Process process{[](Connection<> until) { until.send(until.recv()); }, end};
  process.start();
  end.close();
  connection::Listener listener;
  auto client = connection::Client(listener.address());
  auto served = listener.accept();
  const std::vector<Waitable> all{line, process.sentinel(), served.fileno(), listener.fileno()};
  EXPECT_EQ(connection::wait(all, 5ms), Ready{}) << "nobody has done anything yet";

  client.send("hello");
  EXPECT_EQ(connection::wait(all, 20s), (Ready{all[2]})) << "the socket";
  EXPECT_EQ(served.recv(), "hello");
  line.send("go");
  ASSERT_TRUE(process.join(20s));
  EXPECT_EQ(connection::wait(all, 20s), (Ready{all[0], all[1]})) << "its answer and its end, in the order given";
  EXPECT_EQ(line.recv(), "go");
  client.close();
  EXPECT_EQ(connection::wait(all, 20s), (Ready{all[0], all[1], all[2]})) << "the connections' ends are told, too";
}

TEST(ConnectionWait, EndsWhenStopIsRequested) {
  auto [a, a_end] = Pipe();
  std::stop_source stop;
  std::jthread stopper{[&] { stop.request_stop(); }};
  EXPECT_EQ(connection::wait({a}, Deadline::never(), stop.get_token()), Ready{});
}

TEST(ConnectionWait, ForMany) {
  std::vector<std::pair<Connection<int>, Connection<int>>> pipes;
  std::vector<Waitable> all;
  pipes.reserve(50);
  for (int i = 0; i < 50; ++i) {
    pipes.push_back(Pipe<int>());
    all.emplace_back(pipes.back().first);
  }
  pipes[7].second.send(1);
  pipes[48].second.send(1);
  EXPECT_EQ(connection::wait(all), (Ready{all[7], all[48]}));
}

}  // namespace
}  // namespace tandem::test
