// A worker is killed at each instruction of what it does on the board: the others go on, and what became of its task is plain.

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include "tests/multiprocessing/shared_contents.hpp"
#include "tests/multiprocessing/task_board_fixture.hpp"
#include "tests/support/stepping.hpp"

namespace tandem::test {
namespace {

using State = TestBoard::State;

void offer_three(TestBoard& board) {
  for (std::uint32_t slot = 0; slot < 3; ++slot) ASSERT_TRUE(board->offer(slot, slot + 1));
}

TEST(TaskBoardSteps, ATakeIsSafeToDieIn) {
  std::optional<TestBoard> board;
  kill_everywhere({.before = [&] { offer_three(board.emplace()); },
                   .operation = {[&] { board->take(0); }},
                   .after =
                       [&](bool died) {
                         const bool is_taken = board->state(0) == State::taken;
                         EXPECT_TRUE(is_taken || (died && board->state(0) == State::offered));
                         if (!is_taken) {
                           EXPECT_EQ(board->take(1), 1U) << "it has not begun, and is the next one's";
                         }
                         EXPECT_EQ(board->take(1), 2U);
                         EXPECT_EQ(board->take(1), 3U);
                         EXPECT_EQ(board->take(1), std::nullopt);
                       },
                   .watch = watch_shared_contents});
}

TEST(TaskBoardSteps, ATakePastWhatWasRevokedIsSafeToDieIn) {
  std::optional<TestBoard> board;
  kill_everywhere({.before =
                       [&] {
                         offer_three(board.emplace());
                         board->revoke(0, 1);
                       },
                   .operation = {[&] { board->take(0); }},
                   .after =
                       [&](bool died) {
                         const bool is_taken = board->state(1) == State::taken;
                         EXPECT_TRUE(is_taken || (died && board->state(1) == State::offered));
                         if (!is_taken) {
                           EXPECT_EQ(board->take(1), 2U);
                         }
                         EXPECT_EQ(board->take(1), 3U);
                         EXPECT_EQ(board->take(1), std::nullopt);
                       },
                   .watch = watch_shared_contents});
}

TEST(TaskBoardSteps, AResultIsSafeToDieIn) {
  std::optional<TestBoard> board;
  kill_everywhere({.before =
                       [&] {
                         offer_three(board.emplace());
                         for (const std::uint32_t place : {5U, 0U, 6U}) ASSERT_TRUE(board->take(place));
                         ASSERT_TRUE((*board)->settle(0, 1, 5));
                         (*board)->deliver(0);
                       },
                   .operation = {[&] {
                     (*board)->settle(1, 2, 0);
                     (*board)->deliver(1);
                   }},
                   .after =
                       [&](bool died) {
                         EXPECT_TRUE((*board)->settle(2, 3, 6));
                         (*board)->deliver(2);
                         const auto done = board->done();
                         const bool is_delivered = std::ranges::count(done, 1U) == 1;
                         EXPECT_EQ(done.size(), is_delivered ? 3U : 2U);
                         EXPECT_EQ(done.front(), 0U);
                         EXPECT_EQ(done.back(), 2U);
                         EXPECT_TRUE(is_delivered || died);
                         // If it is done, its result counts, whether it could say so or not; if not, it died with its worker.
                         const auto word = (*board)->slot(1).now();
                         EXPECT_TRUE(word.state == State::done || (!is_delivered && word.state == State::taken));
                         EXPECT_EQ(word.place, 0U);
                       },
                   .watch = watch_shared_contents});
}

}  // namespace
}  // namespace tandem::test
