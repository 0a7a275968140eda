// What a thread is made of: anything that can be called, with arguments that it owns.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/threading/thread.hpp"

namespace tandem::threading {
namespace {

static_assert(!std::is_copy_constructible_v<Thread> && !std::is_copy_assignable_v<Thread>);
static_assert(std::is_nothrow_move_constructible_v<Thread> && std::is_nothrow_move_assignable_v<Thread>);
static_assert(!std::is_convertible_v<void (*)(), Thread>, "a thread is made on purpose");

template <class F, class... Args>
void run(F&& fn, Args&&... args) {
  Thread thread{std::forward<F>(fn), std::forward<Args>(args)...};
  thread.start();
  EXPECT_TRUE(thread.join());
}

int seen_number = 0;
std::string seen_text;
void note(int number, const std::string& text) {
  seen_number = number;
  seen_text = text;
}

TEST(ThreadArguments, AFunctionAndItsArguments) {
  run(note, 1, "two");
  EXPECT_EQ(seen_number, 1);
  EXPECT_EQ(seen_text, "two");
  run(&note, 3, std::string{"four"});
  EXPECT_EQ(seen_number, 3);
  EXPECT_EQ(seen_text, "four");
}

TEST(ThreadArguments, AreCopiedWhenTheThreadIsMade) {
  std::string text{"before"};
  std::string seen;
  Thread thread{[&seen](const std::string& given) { seen = given; }, text};
  text = "after";
  thread.start();
  thread.join();
  EXPECT_EQ(seen, "before");
}

TEST(ThreadArguments, AreMovedAllTheWay) {
  std::unique_ptr<int> received;
  run([&](std::unique_ptr<int> given) { received = std::move(given); }, std::make_unique<int>(42));
  ASSERT_NE(received, nullptr);
  EXPECT_EQ(*received, 42);
}

TEST(ThreadArguments, TheFunctionItselfMayBeMoveOnly) {
  int seen = 0;
  run([owned = std::make_unique<int>(7), &seen] { seen = *owned; });
  EXPECT_EQ(seen, 7);
}

TEST(ThreadArguments, AReferenceIsAskedForByName) {
  int tally = 0;
  run([](int& n) { ++n; }, std::ref(tally));
  EXPECT_EQ(tally, 1);
}

struct Tally {
  int count = 0;
  void add(int n) { count += n; }
  int answer() const { return count; }  // an answer is dropped
};

TEST(ThreadArguments, AMemberFunctionAndItsObject) {
  Tally tally;
  run(&Tally::add, &tally, 2);
  run(&Tally::add, std::ref(tally), 3);
  run(&Tally::answer, &tally);
  EXPECT_EQ(tally.count, 5);
  const auto shared = std::make_shared<Tally>();
  run(&Tally::add, shared, 4);
  EXPECT_EQ(shared->count, 4);
  EXPECT_EQ(shared.use_count(), 1);
}

struct OnlyOnce {
  int* calls;
  void operator()() && { ++*calls; }
};

TEST(ThreadArguments, TheFunctionIsCalledAsAnExpiringValue) {
  int calls = 0;
  run(OnlyOnce{&calls});
  EXPECT_EQ(calls, 1);
}

TEST(ThreadArguments, AStopTokenComesFirstIfItIsTaken) {
  bool possible = false;
  int number = 0;
  run(
      [&](std::stop_token stop, int n) {
        possible = stop.stop_possible();
        number = n;
      },
      5);
  EXPECT_TRUE(possible);
  EXPECT_EQ(number, 5);
}

TEST(ThreadArguments, AStopTokenOfTheCallersIsAnArgumentLikeOthers) {
  std::stop_source source;
  source.request_stop();
  bool own = true;
  bool given = false;
  run(
      [&](std::stop_token mine, std::stop_token theirs) {
        own = mine.stop_requested();
        given = theirs.stop_requested();
      },
      source.get_token());
  EXPECT_FALSE(own);
  EXPECT_TRUE(given);
}

TEST(ThreadArguments, EndWithTheFunctionAndNotWithTheHandle) {
  auto shared = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = shared;
  Thread thread{[](const std::shared_ptr<int>& given) { EXPECT_EQ(*given, 1); }, std::move(shared)};
  EXPECT_FALSE(watched.expired()) << "it has not run yet";
  thread.start();
  thread.join();
  EXPECT_TRUE(watched.expired());
}

TEST(ThreadArguments, EndWithAThreadThatNeverRan) {
  auto shared = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = shared;
  {
    const Thread thread{[](const std::shared_ptr<int>&) {}, std::move(shared)};
  }
  EXPECT_TRUE(watched.expired());
}

TEST(ThreadArguments, LargeAndThrowingOnesToo) {
  struct Large {
    Large() = default;
    Large(Large&& other) : text{std::move(other.text)} {}  // NOLINT: may throw, as far as the compiler knows
    std::string text{"still here"};
    char bulk[4096] = {};
  };
  std::string seen;
  run([&](const Large& large) { seen = large.text; }, Large{});
  EXPECT_EQ(seen, "still here");
}

}  // namespace
}  // namespace tandem::threading
