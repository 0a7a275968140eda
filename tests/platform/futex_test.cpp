#include "tandem/platform/futex.hpp"

#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/eventually.hpp"

namespace tandem::platform {
namespace {

using namespace std::chrono_literals;
using Clock = Deadline::Clock;
using Word = base::Atomic<std::uint32_t>;

TEST(Futex, ReturnsAtOnceWhenTheWordDiffers) {
  const Word word{1};
  EXPECT_EQ(futex_wait(word, 0, Deadline::never()), FutexWait::woken_or_changed);
}

TEST(Futex, TimesOutNotBeforeItsTime) {
  const Word word{0};
  const auto begin = Clock::now();
  const Deadline deadline = 20ms;
  while (futex_wait(word, 0, deadline) != FutexWait::timed_out) {  // it may return early for no reason
  }
  EXPECT_GE(Clock::now() - begin, 20ms);
}

TEST(Futex, ADeadlineOfLessThanASecondAndOfManyAreBothUnderstood) {
  Word word{0};
  std::thread waker{[&] {
    word.store(1);
    futex_wake(word, 1);
  }};
  for (const Deadline deadline : {Deadline{999'999'999ns}, Deadline{1h}, Deadline{std::chrono::years{290}}, Deadline::never()}) {
    while (word.load() == 0) EXPECT_EQ(futex_wait(word, 0, deadline), FutexWait::woken_or_changed);
  }
  waker.join();
}

// Every deadline in the past says so, however far in the past: whoever loops "until timed out" would spin for ever otherwise.
TEST(Futex, AnyDeadlineInThePastTimesOut) {
  const Word word{0};
  EXPECT_EQ(futex_wait(word, 0, Deadline::passed()), FutexWait::timed_out);
  EXPECT_EQ(futex_wait(word, 0, Deadline{Clock::now() - 1ms}), FutexWait::timed_out);
  EXPECT_EQ(futex_wait(word, 0, Deadline{Clock::time_point{}}), FutexWait::timed_out);
  EXPECT_EQ(futex_wait(word, 0, Deadline{Clock::now() - std::chrono::years{10}}), FutexWait::timed_out) << "before the epoch";
}

TEST(Futex, WakesAsManyAsAsked) {
  Word word{0};
  base::Atomic<int> awake{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (word.load() == 0) futex_wait(word, 0, Deadline::never());
      ++awake;
    });
  }
  word.store(1);
  EXPECT_TRUE(test::eventually([&] {
    futex_wake(word, 3);
    return awake.load() == 3;
  }));
  for (std::thread& thread : threads) thread.join();
}

TEST(Futex, WakingNobodyIsHarmless) {
  const Word word{0};
  futex_wake(word, 1);
  EXPECT_EQ(word.load(), 0U);
}

}  // namespace
}  // namespace tandem::platform
