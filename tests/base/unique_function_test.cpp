#include "tandem/base/unique_function.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::base {
namespace {

using Nullary = UniqueFunction<int()>;

static_assert(std::is_nothrow_move_constructible_v<Nullary> && std::is_nothrow_move_assignable_v<Nullary>);
static_assert(!std::is_copy_constructible_v<Nullary>);
static_assert(!std::is_constructible_v<Nullary, std::string>, "only what can be called");
static_assert(!std::is_constructible_v<Nullary, std::string (*)()>, "only what answers the right type");
static_assert(std::is_constructible_v<UniqueFunction<void()>, int (*)()>, "an answer may be dropped");

/// Counts how many of it live; pads itself to N bytes; moves with or without a promise not to throw.
template <std::size_t N, bool Nothrow = true>
class Counted {
 public:
  explicit Counted(int& live) : live_{&live} { ++*live_; }
  Counted(Counted&& other) noexcept(Nothrow) : live_{other.live_}, calls_{other.calls_} { ++*live_; }
  Counted& operator=(Counted&&) = delete;
  ~Counted() { --*live_; }
  int operator()() { return ++calls_; }

 private:
  int* live_;
  int calls_ = 0;
  [[maybe_unused]] std::array<char, N> padding_{};
};

template <class Callable>
struct Lifetime : testing::Test {};
using Callables = testing::Types<Counted<1>, Counted<200>, Counted<1, false>, Counted<200, false>>;
TYPED_TEST_SUITE(Lifetime, Callables);

TYPED_TEST(Lifetime, LivesExactlyAsLongAsItsOwner) {
  int live = 0;
  {
    Nullary fn{TypeParam{live}};
    EXPECT_EQ(live, 1);
    EXPECT_EQ(fn(), 1);
  }
  EXPECT_EQ(live, 0);
}

TYPED_TEST(Lifetime, MovesWithItsState) {
  int live = 0;
  {
    Nullary first{TypeParam{live}};
    EXPECT_EQ(first(), 1);
    Nullary second{std::move(first)};
    EXPECT_EQ(live, 1);
    EXPECT_FALSE(first);  // NOLINT: a moved-from one is empty, and that is what we look at
    EXPECT_EQ(second(), 2);
    Nullary third;
    third = std::move(second);
    EXPECT_EQ(live, 1);
    EXPECT_FALSE(second);  // NOLINT
    EXPECT_EQ(third(), 3);
  }
  EXPECT_EQ(live, 0);
}

TYPED_TEST(Lifetime, AssignmentEndsTheOld) {
  int old_live = 0;
  int new_live = 0;
  Nullary fn{TypeParam{old_live}};
  fn = Nullary{TypeParam{new_live}};
  EXPECT_EQ(old_live, 0);
  EXPECT_EQ(new_live, 1);
  Nullary& same = fn;
  fn = std::move(same);
  EXPECT_EQ(new_live, 1) << "assigned to itself";
  EXPECT_EQ(fn(), 1);
  fn = Nullary{};
  EXPECT_EQ(new_live, 0);
  EXPECT_FALSE(fn);
}

TYPED_TEST(Lifetime, ResetEndsIt) {
  int live = 0;
  Nullary fn{TypeParam{live}};
  fn.reset();
  EXPECT_EQ(live, 0);
  EXPECT_FALSE(fn);
  fn.reset();
  EXPECT_EQ(live, 0);
}

TYPED_TEST(Lifetime, SurvivesAVectorThatGrows) {
  int live = 0;
  {
    std::vector<Nullary> functions;
    for (int i = 0; i < 100; ++i) functions.emplace_back(TypeParam{live});
    EXPECT_EQ(live, 100);
    for (Nullary& fn : functions) EXPECT_EQ(fn(), 1);
  }
  EXPECT_EQ(live, 0);
}

TEST(UniqueFunction, IsEmptyFromTheStart) {
  Nullary fn;
  EXPECT_FALSE(fn);
  Nullary other{std::move(fn)};
  EXPECT_FALSE(other);
}

TEST(UniqueFunction, TakesWhatCannotBeCopied) {
  UniqueFunction<int(int)> add{[base = std::make_unique<int>(40)](int n) { return *base + n; }};
  const UniqueFunction<int(int)> empty{};
  EXPECT_EQ(add(2), 42);
  EXPECT_FALSE(empty);
}

TEST(UniqueFunction, HandsArgumentsOnAsTheyAre) {
  UniqueFunction<std::size_t(std::unique_ptr<std::string>, std::string&, const std::string&)> fn{
      [](std::unique_ptr<std::string> owned, std::string& changed, const std::string& read) {
        changed += *owned;
        return read.size();
      }};
  std::string text{"a"};
  EXPECT_EQ(fn(std::make_unique<std::string>("bc"), text, text), 3U);
  EXPECT_EQ(text, "abc");
}

TEST(UniqueFunction, AnswersAReference) {
  int value = 1;
  UniqueFunction<int&()> fn{[&]() -> int& { return value; }};
  fn() = 7;
  EXPECT_EQ(value, 7);
}

TEST(UniqueFunction, TakesAFunctionPointer) {
  UniqueFunction<int(int)> fn{+[](int n) { return n + 1; }};
  EXPECT_EQ(fn(1), 2);
}

TEST(UniqueFunction, LetsExceptionsThrough) {
  UniqueFunction<void()> fn{[] { throw std::runtime_error{"as it is"}; }};
  EXPECT_THROW(fn(), std::runtime_error);
  EXPECT_TRUE(fn);
}

struct ThrowsWhenMoved {
  ThrowsWhenMoved() = default;
  ThrowsWhenMoved(ThrowsWhenMoved&&) { throw std::runtime_error{"refuses to move"}; }
  int operator()() const { return 1; }
};

TEST(UniqueFunction, AThrowingMoveIntoItLeavesNothingBehind) {
  ThrowsWhenMoved callable;
  EXPECT_THROW(Nullary{std::move(callable)}, std::runtime_error);
}

struct alignas(256) Aligned {
  int operator()() const { return static_cast<int>(reinterpret_cast<std::uintptr_t>(this) % 256); }
};

TEST(UniqueFunction, RespectsTheAlignment) {
  Nullary fn{Aligned{}};
  Nullary moved{std::move(fn)};
  EXPECT_EQ(moved(), 0);
}

// The owner may go away in the middle of its own destruction: what is destroyed asks the function whether it is still there.
TEST(UniqueFunction, IsEmptyWhileItsCallableIsDestroyed) {
  struct Asks {
    UniqueFunction<void()>* owner;
    bool* seen_empty;
    Asks(UniqueFunction<void()>* o, bool* seen) : owner{o}, seen_empty{seen} {}
    Asks(Asks&& other) noexcept : owner{std::exchange(other.owner, nullptr)}, seen_empty{other.seen_empty} {}
    ~Asks() {
      if (owner != nullptr) *seen_empty = !*owner;
    }
    void operator()() const {}
  };
  bool seen_empty = false;
  UniqueFunction<void()> fn;
  fn = Asks{&fn, &seen_empty};
  fn.reset();
  EXPECT_TRUE(seen_empty);
}

}  // namespace
}  // namespace tandem::base
