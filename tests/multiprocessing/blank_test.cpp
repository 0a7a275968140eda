#include "tandem/remote/blank.hpp"

#include <array>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/queue.hpp"
#include "tandem/remote/callable.hpp"
#include "tandem/remote/message.hpp"

namespace tandem::multiprocessing {
namespace {

/// Costly to make.
struct Costly {
  using Blank = remote::Blank;
  static inline int made = 0;

  Costly() { ++made; }
  explicit Costly(Blank /*none*/) {}
  explicit Costly(int its) : number{its} {}
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number);
  }
  friend bool operator==(const Costly&, const Costly&) = default;

  int number = 0;
};

/// Hands its Blank on.
struct Account {
  using Blank = remote::Blank;
  Account() = default;
  explicit Account(Blank blank) : costly{blank} {}
  Account(int number, std::string its_name) : costly{number}, name{std::move(its_name)} {}
  template <class Archive>
  void serialize(Archive& archive) {
    archive(costly, name);
  }
  friend bool operator==(const Account&, const Account&) = default;

  Costly costly;
  std::string name;
};

/// That it arrives, and none was made on the way.
template <class T>
void expect_travels(const T& value) {
  remote::Message message;
  remote::OutputArchive out{message};
  remote::detail::save_value(out, value);
  Costly::made = 0;
  T arrived = remote::detail::blank<T>();
  remote::InputArchive in{message};
  remote::detail::load_value(in, arrived);
  EXPECT_EQ(Costly::made, 0);
  EXPECT_EQ(arrived, value);
  EXPECT_TRUE(in.rest().empty());
}

TEST(Blank, IsPassedThroughWhatHoldsValues) {
  expect_travels(Costly{1});
  expect_travels(std::pair{Costly{1}, 2});
  expect_travels(std::pair{std::string{"x"}, Costly{3}});
  expect_travels(std::tuple{1, Costly{2}, std::string{"y"}});
  expect_travels(std::array{Costly{1}, Costly{2}});
  expect_travels(std::optional{Costly{1}});
  expect_travels(std::optional<Costly>{});
  expect_travels(std::variant<Costly, int>{Costly{1}});
  expect_travels(std::variant<Costly, int>{7});
  expect_travels(std::variant<int, Costly>{Costly{2}});
  expect_travels(Account{1, "rent"});
}

TEST(Blank, IsPassedThroughContainers) {
  expect_travels(std::vector{Costly{1}, Costly{2}});
  expect_travels(std::vector<Costly>{});
  expect_travels(std::deque{Costly{1}, Costly{2}});
  expect_travels(std::list{Costly{1}, Costly{2}});
  expect_travels(std::map<int, Costly>{{1, Costly{1}}, {2, Costly{2}}});
  expect_travels(std::multimap<int, Costly>{{1, Costly{1}}, {1, Costly{2}}});
  expect_travels(std::unordered_map<std::string, Costly>{{"a", Costly{1}}, {"b", Costly{2}}});
  expect_travels(std::vector{std::optional{std::pair{1, std::array{Costly{1}}}}});
  expect_travels(std::map<int, std::vector<std::tuple<int, Costly>>>{{1, {{2, Costly{3}}}}});
  expect_travels(std::vector{Account{1, "rent"}, Account{2, "tea"}});
}

TEST(Blank, WhatReplacesWhatWasThereLeavesNothingOfIt) {
  remote::Message message;
  remote::OutputArchive out{message};
  out(std::vector{Costly{1}}, std::optional<Costly>{}, std::map<int, Costly>{});
  std::vector<Costly> items{Costly{7}, Costly{8}};
  std::optional<Costly> maybe{Costly{9}};
  std::map<int, Costly> by_number{{1, Costly{1}}};
  remote::InputArchive in{message};
  in(items, maybe, by_number);
  EXPECT_EQ(items, std::vector{Costly{1}});
  EXPECT_FALSE(maybe);
  EXPECT_TRUE(by_number.empty());
}

TEST(Blank, ADamagedMessageIsAnError) {
  remote::Message message;
  remote::OutputArchive out{message};
  out(std::variant<Costly, int>{7});
  message.bytes.at(0) = 9;
  std::variant<Costly, int> value;
  remote::InputArchive in{message};
  EXPECT_THROW(in(value), std::runtime_error);
}

TEST(Blank, QueuesTravelInWhatHoldsThem) {
  using Named = std::map<std::string, std::pair<int, Queue<int>>>;
  Queue<int> inner;
  inner.put(5);
  Queue<Named> outer;
  outer.put(Named{{"inner", {1, inner}}});
  Named arrived = outer.get();
  EXPECT_EQ(arrived.at("inner").second, inner);
  EXPECT_EQ(arrived.at("inner").second.get(), 5);
}

}  // namespace
}  // namespace tandem::multiprocessing
