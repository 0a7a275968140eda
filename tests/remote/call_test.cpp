#include "tandem/remote/call.hpp"

#include <functional>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/remote/types.hpp"

namespace tandem::remote {

struct Counter {
  int start = 0;
  int operator()(int n) const { return start + n; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(start);
  }
};

struct Shape {
  virtual ~Shape() = default;
  virtual int corners() const { return 0; }
  int twice(int n) const { return (n + corners()) * 2; }
  template <class Archive>
  void serialize(Archive&) {}
};
struct Label {
  std::string text = "label";
  std::string upper() const { return text + "!"; }
};
/// Label is not at the beginning: its member functions need an adjustment.
struct Square : Shape, Label {
  int corners() const override { return 4; }
};

namespace {

using test::called;
using test::Page;

int add(int a, int b) { return a + b; }
int negate(int n) noexcept { return -n; }
std::string greet(const std::string& name) { return "hello " + name; }
int apply(int (*fn)(int), int n) { return fn(n); }
int (*choose(bool negative))(int) { return negative ? &negate : nullptr; }
const std::string& longest(const std::vector<std::string>& words) { return words.back(); }

TEST(Call, Functions) {
  EXPECT_EQ(called(add, 1, 2), 3);
  EXPECT_EQ(called(&add, 1, 2), 3);
  EXPECT_EQ(called(negate, 7), -7);
  EXPECT_EQ(called(greet, std::string{"world"}), "hello world");
}

TEST(Call, LambdasWithoutCapturesAndEmptyObjects) {
  EXPECT_EQ(called([] { return 42; }), 42);
  EXPECT_EQ(called([](int n, const auto& text) { return text + std::to_string(n); }, 1, std::string{"n="}), "n=1");
  EXPECT_EQ(called(std::plus<>{}, 1.5, 2), 3.5);
}

TEST(Call, FunctionObjectsThatSerialize) { EXPECT_EQ(called(Counter{40}, 2), 42); }

TEST(Call, MemberFunctions) {
  EXPECT_EQ(called(&Shape::twice, Shape{}, 3), 6);
  EXPECT_EQ(called(&Square::corners, Square{}), 4);
  EXPECT_EQ(called([](int (Shape::*member)() const) { return (Square{}.*member)(); }, &Shape::corners), 4);
  using Member = std::string (Square::*)() const;
  EXPECT_EQ(called([](Member member) { return (Square{}.*member)(); }, static_cast<Member>(&Label::upper)), "label!");
}

TEST(Call, FunctionsAreArgumentsAndResults) {
  EXPECT_EQ(called(apply, &negate, 3), -3);
  EXPECT_EQ(called(apply, negate, 3), -3);
  EXPECT_EQ(called(choose, true), &negate);
  EXPECT_EQ(called(choose, false), nullptr);
}

TEST(Call, TextBecomesAString) {
  EXPECT_EQ(called(greet, "world"), "hello world");
  const char* name = "you";
  EXPECT_EQ(called(greet, name), "hello you");
  char buffer[] = "me";
  EXPECT_EQ(called(greet, buffer), "hello me");
  static_assert(std::is_same_v<CallResult<std::identity, const char*>, std::string>);
  const char* none = nullptr;
  EXPECT_THROW(make_call(greet, none), std::invalid_argument);
}

TEST(Call, ReferencesComeBackAsValues) {
  static_assert(std::is_same_v<CallResult<decltype(longest), std::vector<std::string>>, std::string>);
  EXPECT_EQ(called(longest, std::vector<std::string>{"a", "bb"}), "bb");
}

TEST(Call, ResultsOfAllKinds) {
  called([] {});
  EXPECT_EQ(called([](Page page) { return page; }, Page{"x", {1}, 2.0}), (Page{"x", {1}, 2.0}));
  EXPECT_EQ(*called([](std::unique_ptr<int> n) { return n; }, std::make_unique<int>(7)), 7);
  EXPECT_TRUE(test::answer(make_call([] {})).bytes.empty());
}

TEST(Call, ArgumentsAreMovedIn) {
  const auto total = [](std::vector<int>&& numbers) { return std::accumulate(numbers.begin(), numbers.end(), 0); };
  EXPECT_EQ(called(total, std::vector<int>(1000, 2)), 2000);
}

struct Alive {
  static inline int count = 0;
  Alive() { ++count; }
  Alive(const Alive&) { ++count; }
  ~Alive() { --count; }
  template <class Archive>
  void serialize(Archive&) {}
};

TEST(Call, ArgumentsAreGoneWhenItReturns) {
  const int before = Alive::count;
  EXPECT_GT(called([](const Alive&) { return Alive::count; }, Alive{}), before);
  EXPECT_EQ(Alive::count, before);
  EXPECT_THROW(called([](const Alive&) { throw std::runtime_error("x"); }, Alive{}), std::runtime_error);
  EXPECT_EQ(Alive::count, before);
}

TEST(Call, ExceptionsPassThroughAndLeaveNothingBehind) {
  Call call = make_call([](int n) -> int { throw std::out_of_range(std::to_string(n)); }, 7);
  Message result;
  OutputArchive out{result};
  out(std::string{"before"});
  const std::size_t size = result.bytes.size();
  InputArchive in{call.message};
  EXPECT_THROW(run_call(in, out), std::out_of_range);
  EXPECT_EQ(result.bytes.size(), size);
}

/// Fails in the middle of being saved.
struct Unsavable {
  template <class Archive>
  void serialize(Archive& archive) {
    int half = 1;
    archive(half);
    if constexpr (Archive::is_saving::value) throw std::length_error("too much");
  }
};

TEST(Call, AResultThatCannotBeSavedLeavesNothingBehind) {
  Call call = make_call([] { return Unsavable{}; });
  Message result;
  OutputArchive out{result};
  InputArchive in{call.message};
  EXPECT_THROW(run_call(in, out), std::length_error);
  EXPECT_TRUE(result.bytes.empty());
}

TEST(Call, ANullFunctionIsRefused) {
  int (*none)(int) = nullptr;
  EXPECT_THROW(make_call(none, 1), std::invalid_argument);
  int (Shape::*no_member)() const = nullptr;
  EXPECT_THROW(make_call(no_member, Shape{}), std::invalid_argument);
}

TEST(Call, TheResultTypeIsThatOfTheCall) {
  static_assert(std::is_same_v<CallResult<decltype(add), int, int>, int>);
  static_assert(std::is_void_v<CallResult<decltype([] {})>>);
  static_assert(std::is_same_v<CallResult<std::plus<>, double, int>, double>);
  int n = 1;
  EXPECT_EQ(called(add, n, n), 2) << "lvalues are copied";
}

}  // namespace
}  // namespace tandem::remote
