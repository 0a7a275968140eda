// What a process under the start method fork does with Connections, as far as that is more than the others do: see
// pipe_process_test.cpp.

#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/connection/connection.hpp"
#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/process.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Connection;
using multiprocessing::EOFError;
using multiprocessing::get_context;
using multiprocessing::Pipe;
using multiprocessing::Process;

using Ends = std::pair<Connection<int>, Connection<int>>;

void count(Ends ends, Connection<int> answer) {
  auto& [reading, writing] = ends;
  writing.close();
  int n = 0;
  try {
    for (;; ++n) static_cast<void>(reading.recv());
  } catch (const EOFError&) {
    answer.send(n);
  }
}

// Move-only, it is sent; or moved, and found in the memory.
TEST(PipeForked, TheContextTakesConnections) {
  for (const bool is_moved : {false, true}) {
    Ends ends = Pipe<int>(false);
    auto [answers, answer] = Pipe<int>(false);
    const auto fork = get_context<"fork">();
    Process consumer = is_moved ? fork.Process(count, std::move(ends), std::move(answer)) : fork.Process(count, ends, answer);
    consumer.daemon(true);
    consumer.start();
    if (!is_moved) {
      ends.second.send(1);
      ends.second.close();
    }
    EXPECT_EQ(answers.recv(20s), is_moved ? 0 : 1);
  }
}

std::optional<Connection<int>> known_to_all;

// The child's copy of what the argument was copied from is closed: what uses it is told, and hits no other file of that number.
TEST(PipeForked, TheOriginalIsClosedInTheChild) {
  auto [left, right] = Pipe<int>();
  known_to_all = std::move(left);
  const auto use = [](Connection<int> own) {
    auto fresh = Pipe<int>();
    try {
      known_to_all->send(1);
    } catch (const std::system_error& error) {
      if (error.code().value() == EBADF) own.send(2);
    }
    known_to_all->close();
    fresh.first.send(3);
    own.send(fresh.second.recv());
  };
  auto process = get_context<"fork">().Process(use, *known_to_all);
  process.daemon(true);
  process.start();
  EXPECT_EQ(right.recv(20s), 2);
  EXPECT_EQ(right.recv(20s), 3);
  known_to_all.reset();
}

}  // namespace
}  // namespace tandem::test
