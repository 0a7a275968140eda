#include "tandem/remote/archive.hpp"

#include <array>
#include <chrono>
#include <complex>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "tests/remote/types.hpp"

namespace tandem::remote {
namespace {

using test::Page;
using test::sent;

enum class Color : unsigned char { red, green };
struct Nothing {
  bool operator==(const Nothing&) const = default;
};

template <class T>
void expect_same(const T& value) {
  EXPECT_EQ(sent(value), value);
}

TEST(Archive, NumbersKeepEveryBit) {
  expect_same(true);
  expect_same('x');
  expect_same(std::numeric_limits<std::int64_t>::min());
  expect_same(std::numeric_limits<std::uint64_t>::max());
  expect_same(0.1);
  expect_same(-std::numeric_limits<float>::infinity());
  expect_same(1.25L);
  expect_same(Color::green);
  expect_same(std::complex<double>{1, -2});
  EXPECT_NE(sent(std::numeric_limits<double>::quiet_NaN()), sent(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Archive, TextAndContainers) {
  expect_same(std::string{"a\0b", 3});
  expect_same(std::string{});
  expect_same(std::u16string{u"wide"});
  expect_same(std::vector<int>{1, 2, 3});
  expect_same(std::vector<int>{});
  expect_same(std::vector<bool>{true, false, true});
  expect_same(std::vector<std::string>{"", "b"});
  expect_same(std::deque<int>{1, 2});
  expect_same(std::list<std::string>{"x", "y"});
  expect_same(std::array<std::string, 2>{"x", "y"});
  expect_same(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}});
  expect_same(std::multimap<int, int>{{1, 2}, {2, 3}, {2, 3}});
  expect_same(std::set<int>{3, 1});
  expect_same(std::unordered_map<int, std::string>{{1, "x"}, {2, "y"}});
  expect_same(std::unordered_set<std::string>{"x", "y"});
  expect_same(std::vector<Nothing>(1000));
}

TEST(Archive, WhatMayBeThereOrNot) {
  expect_same(std::optional<int>{});
  expect_same(std::optional<std::string>{"x"});
  expect_same(std::pair<int, std::string>{1, "x"});
  expect_same(std::tuple<int, std::string, bool>{1, "x", true});
  expect_same(std::variant<std::monostate, int, std::string>{"x"});
  expect_same(std::variant<std::monostate, int, std::string>{});
  expect_same(std::chrono::milliseconds{-5});
  expect_same(std::chrono::system_clock::time_point{std::chrono::seconds{1'700'000'000}});
}

TEST(Archive, ClassesOfOnesOwn) {
  expect_same(Page{"http://a", {1, 2}, 0.5});
  expect_same(std::vector<Page>{{"http://a", {}, {}}, {}});
  expect_same(Nothing{});
}

TEST(Archive, SmartPointersOwnAndShare) {
  EXPECT_EQ(*sent(std::make_shared<Page>(Page{"x", {}, {}})), (Page{"x", {}, {}}));
  const auto one = std::make_shared<int>(7);
  const auto two = sent(std::vector{one, one});
  EXPECT_EQ(*two[0], 7);
  EXPECT_EQ(two[0], two[1]);

  Message message;
  OutputArchive{message}(std::make_unique<std::string>("x"), std::unique_ptr<int>{});
  std::unique_ptr<std::string> text;
  auto none = std::make_unique<int>(1);
  InputArchive{message}(text, none);
  EXPECT_EQ(*text, "x");
  EXPECT_EQ(none, nullptr);
}

TEST(Archive, ASharedObjectKeepsItsType) {
  Message message;
  constexpr std::uint32_t is_new = 0x80000000;  // as cereal marks an object that follows
  OutputArchive{message}(is_new | 1, 7, std::uint32_t{1});
  {
    std::shared_ptr<int> first, second;
    InputArchive{message}(first, second);
    EXPECT_EQ(first, second);
  }
  std::shared_ptr<int> first;
  std::shared_ptr<std::string> second;
  EXPECT_THROW(InputArchive{message}(first, second), std::runtime_error);
}

TEST(Archive, ArraysOfNumbersGoInOnePiece) {
  Message message;
  OutputArchive{message}(std::vector<int>(1000));
  EXPECT_EQ(message.bytes.size(), sizeof(std::uint64_t) + 1000 * sizeof(int));
}

TEST(Archive, GivesWhatIsNotReadYet) {
  Message message;
  OutputArchive{message}(std::uint32_t{1}, std::uint16_t{2});
  InputArchive in{message};
  std::uint32_t first = 0;
  in(first);
  EXPECT_EQ(in.rest().size(), 2U);
}

TEST(Archive, EndsInsteadOfReadingOn) {
  Message message;
  OutputArchive{message}(std::string{"hello"});
  message.bytes.pop_back();
  std::string text;
  InputArchive in{message};
  try {
    in(text);
    FAIL() << "read beyond the end: " << text;
  } catch (const std::runtime_error& error) {
    EXPECT_TRUE(std::string{error.what()}.starts_with("the message ends too early")) << error.what();
  }
}

TEST(Archive, ASizeThatCannotBeTrueAllocatesNothing) {
  Message message;
  OutputArchive{message}(std::uint64_t{1} << 60);
  std::vector<std::string> strings;
  EXPECT_THROW(InputArchive{message}(strings), std::runtime_error);
  std::map<int, int> map;
  EXPECT_THROW(InputArchive{message}(map), std::runtime_error);
  std::string text;
  EXPECT_THROW(InputArchive{message}(text), std::runtime_error);
}

TEST(Archive, RewindTakesBackBytesAndDescriptors) {
  Message message;
  OutputArchive out{message};
  out(1);
  const auto mark = out.mark();
  out(std::string{"x"});
  out.attach(0);
  out.rewind(mark);
  EXPECT_EQ(message.bytes.size(), sizeof(int));
  EXPECT_TRUE(message.descriptors.empty());
}

static_assert(Serializable<Page>);
static_assert(Serializable<std::map<std::string, std::vector<std::optional<Page>>>>);
static_assert(Serializable<platform::Fd>);
static_assert(!Serializable<int*>);
static_assert(!Serializable<std::string_view>);
static_assert(!Serializable<std::vector<const char*>>);
struct Opaque {
  int n = 0;
};
struct NoDefault {
  explicit NoDefault(int) {}
  template <class Archive>
  void serialize(Archive&) {}
};
static_assert(!Serializable<Opaque>);
static_assert(!Serializable<std::vector<Opaque>>);
static_assert(!Serializable<std::map<int, std::pair<int, Opaque>>>);
static_assert(!Serializable<std::optional<std::variant<int, Opaque>>>);
static_assert(!Serializable<std::unique_ptr<Opaque>>);
static_assert(!Serializable<std::tuple<int, std::array<Opaque, 2>>>);
static_assert(!Serializable<std::vector<NoDefault>>);

}  // namespace
}  // namespace tandem::remote
