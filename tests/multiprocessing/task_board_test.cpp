#include "tandem/multiprocessing/task_board.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/threading/thread.hpp"
#include "tests/multiprocessing/task_board_fixture.hpp"

namespace tandem::test {
namespace {

using State = TestBoard::State;

TEST(TaskBoard, TasksAreTakenInTheOrderOfTheirOffers) {
  TestBoard board;
  EXPECT_EQ(board.take(0), std::nullopt);
  ASSERT_TRUE(board->offer(7, 1));
  ASSERT_TRUE(board->offer(3, 2));
  EXPECT_EQ(board.take(0), 1U);
  EXPECT_EQ(board.take(1), 2U);
  EXPECT_EQ(board.take(0), std::nullopt);
  EXPECT_EQ(board->slot(3).now().place, 1U);
}

TEST(TaskBoard, WhatWasRevokedIsPassedBy) {
  TestBoard board;
  for (std::uint32_t slot = 0; slot < 5; ++slot) ASSERT_TRUE(board->offer(slot, slot + 1));
  EXPECT_TRUE(board.revoke(0, 1));
  EXPECT_TRUE(board.revoke(2, 3));
  EXPECT_EQ(board.take(0), 2U);
  EXPECT_EQ(board.take(0), 4U);
  EXPECT_FALSE(board.revoke(1, 2)) << "it was taken";
  EXPECT_TRUE(board.revoke(4, 5));
  EXPECT_EQ(board.take(0), std::nullopt);
}

TEST(TaskBoard, ASlotThatIsUsedAgainIsNotTakenForTheTaskBefore) {
  TestBoard board;
  ASSERT_TRUE(board->offer(0, 1));
  EXPECT_TRUE(board.revoke(0, 1));
  ASSERT_TRUE(board->offer(0, 2));  // the entry of attempt 1 is in the ring still
  EXPECT_EQ(board.take(0), 2U);
  EXPECT_EQ(board.take(0), std::nullopt);
  EXPECT_TRUE(board->settle(0, 1, 3)) << "somebody is told of an attempt that is long over: that is no doom";
  EXPECT_EQ(board.state(0), State::taken);
}

TEST(TaskBoard, ResultsAreCollectedInTheirOrderAndOnce) {
  TestBoard board;
  for (std::uint32_t slot = 0; slot < 4; ++slot) {
    ASSERT_TRUE(board->offer(slot, slot + 1));
    ASSERT_EQ(board.take(slot), slot + 1);
  }
  for (const std::uint32_t slot : {2U, 0U, 3U}) {
    EXPECT_TRUE(board->settle(slot, slot + 1, slot));
    EXPECT_FALSE(board->deliver(slot)) << "nobody sleeps";
  }
  EXPECT_EQ(board.done(), (std::vector<std::uint32_t>{2, 0, 3}));
  EXPECT_TRUE(board.done().empty());
}

TEST(TaskBoard, WhoIsDoomedCannotSettle) {
  TestBoard board;
  ASSERT_TRUE(board->offer(0, 1));
  EXPECT_FALSE(board.doom(0, 1, 5)) << "nobody has taken it";
  ASSERT_EQ(board.take(5), 1U);
  EXPECT_TRUE(board.doom(0, 1, 5));
  EXPECT_FALSE(board->settle(0, 1, 5));
  ASSERT_TRUE(board->offer(1, 2));
  ASSERT_EQ(board.take(6), 2U);
  EXPECT_TRUE(board->settle(1, 2, 6));
  EXPECT_FALSE(board.doom(1, 2, 6)) << "it is done";
}

TEST(TaskBoard, OnlyTheFirstResultWakesThePool) {
  TestBoard board;
  for (std::uint32_t slot = 0; slot < 3; ++slot) {
    ASSERT_TRUE(board->offer(slot, slot + 1));
    ASSERT_EQ(board.take(0), slot + 1);
    ASSERT_TRUE(board->settle(slot, slot + 1, 0));
  }
  EXPECT_TRUE(board->fall_asleep());
  EXPECT_TRUE(board->pool_sleeps());
  EXPECT_TRUE(board->deliver(0));
  EXPECT_FALSE(board->deliver(1));
  EXPECT_FALSE(board->fall_asleep()) << "there is something to collect";
  EXPECT_EQ(board.done(), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_TRUE(board->fall_asleep());
  board->wake_up();
  EXPECT_FALSE(board->deliver(2));
  EXPECT_EQ(board.done(), (std::vector<std::uint32_t>{2}));
}

TEST(TaskBoard, TheRingIsFullOfWhatNobodyPassedBy) {
  TestBoard board;
  ASSERT_TRUE(board->offer(1, 1));
  std::uint64_t attempt = 1;
  while (board->offer(0, attempt + 1)) ++attempt;
  EXPECT_GE(attempt, TestBoard::Slot::count);
  EXPECT_FALSE(board->offer(2, attempt + 1)) << "the first is waited for";
  EXPECT_TRUE(board.revoke(1, 1));
  EXPECT_TRUE(board->offer(2, attempt + 1)) << "and now all entries but two are of attempts that are no more";
  EXPECT_EQ(board.take(0), attempt);
  EXPECT_EQ(board.take(0), attempt + 1);
  EXPECT_EQ(board.take(0), std::nullopt);
}

TEST(TaskBoard, AWorkerGoesWhenItIsSentAwayOrNothingIsLeft) {
  TestBoard board;
  ASSERT_TRUE(board->offer(0, 1));
  board->send_away(3);
  EXPECT_EQ(board->take(3), std::nullopt) << "though there is a task";
  board->close();
  EXPECT_EQ(board->take(4), 0U) << "what was offered before is done";
  EXPECT_EQ(board->take(4), std::nullopt);
  board->vacate(3);
  EXPECT_EQ(board->take(3), std::nullopt);
}

// Each task is taken by one worker, or revoked; each that was taken is collected, once.
TEST(TaskBoard, ManyTakeAndOneRevokesAtOnce) {
  constexpr std::uint64_t rounds = 20'000;
  constexpr std::uint32_t slots = 16;
  TestBoard board;
  std::vector<std::atomic<int>> taken(rounds + 1);
  std::atomic<std::uint64_t> collected{0};
  std::uint64_t revoked = 0;
  {
    std::vector<threading::Thread> workers;
    for (std::uint32_t place = 0; place < 3; ++place) {
      workers.push_back(threading::Thread::started([&, place] {
        while (const auto slot = board->take(place)) {
          const std::uint64_t attempt = board->slot(*slot).now().attempt;
          ++taken[attempt];
          board->settle(*slot, attempt, place);
          board->deliver(*slot);
        }
      }));
    }
    std::vector<std::uint32_t> free;
    for (std::uint32_t slot = 0; slot < slots; ++slot) free.push_back(slot);
    const auto collect = [&] {
      const auto done = board.done();
      collected += done.size();
      free.insert(free.end(), done.begin(), done.end());
    };
    for (std::uint64_t attempt = 1; attempt <= rounds; ++attempt) {
      while (free.empty()) collect();
      const std::uint32_t slot = free.back();
      free.pop_back();
      while (!board->offer(slot, attempt)) collect();
      board->wake(1);
      if (attempt % 3 == 0 && board.revoke(slot, attempt)) {
        ++revoked;
        free.push_back(slot);
      }
    }
    while (free.size() < slots) collect();
    board->close();
  }
  std::uint64_t all = 0;
  for (const auto& times : taken) {
    ASSERT_LE(times, 1);
    all += static_cast<std::uint64_t>(times);
  }
  EXPECT_EQ(all + revoked, rounds);
  EXPECT_EQ(collected, all);
}

}  // namespace
}  // namespace tandem::test
