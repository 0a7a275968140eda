// A queue's join deadlocks, or cancel_join_thread loses data (cpython gh-73983, gh-91594): a thread carries the items, and has to
// be waited for.

#include <chrono>
#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/platform/process.hpp"
#include "tests/pains/tasks.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Process;
using multiprocessing::Queue;

constexpr std::size_t size = 1'000'000;
constexpr int messages = 100;

void put_100_mb(Queue<std::string> queue) {
  for (int i = 0; i < messages; ++i) queue.put(std::string(size, static_cast<char>('!' + i)));
}

void expect_100_mb(Queue<std::string>& queue) {
  for (int i = 0; i < messages; ++i) ASSERT_EQ(queue.get(20s), std::string(size, static_cast<char>('!' + i)));
  EXPECT_TRUE(queue.empty());
}

TEST(Pain08, WhoHasPutMuchCanBeJoinedBeforeAnythingIsGotten) {
  Queue<std::string> queue;
  Process sender{put_100_mb, queue};
  sender.start();
  ASSERT_TRUE(sender.join(60s)) << "it waits for somebody to take what it has put";
  EXPECT_EQ(sender.exitcode(), 0);
  expect_100_mb(queue);
}

TEST(Pain08, WhatWasPutSurvivesItsSenderHoweverThatEnds) {
  for (const int signal : {0, SIGKILL}) {
    Queue<std::string> queue;
    Queue<bool> done;
    Process sender{[](Queue<std::string> out, Queue<bool> says, bool stays) {
                     put_100_mb(out);
                     out.cancel_join_thread();  // in Python, what is not in the pipe yet is lost then
                     says.put(true);
                     if (stays) sleep_long();
                     platform::exit_now(0);
                   },
                   queue, done, signal != 0};
    sender.start();
    ASSERT_TRUE(done.get(60s));
    if (signal != 0) sender.kill();
    ASSERT_TRUE(sender.join(20s));
    EXPECT_EQ(sender.exitcode(), -signal);
    expect_100_mb(queue);
  }
}

TEST(Pain08, SoDoesWhatLiesInAQueueThatNobodyHeldBetween) {
  Queue<Queue<std::string>> post;
  Process::started(
      [](Queue<Queue<std::string>> out) {
        Queue<std::string> letter;
        letter.put("hello");
        out.put(letter);
      },
      post)
      .join();
  EXPECT_EQ(post.get(20s).get(20s), "hello");
}

}  // namespace
}  // namespace tandem::test
