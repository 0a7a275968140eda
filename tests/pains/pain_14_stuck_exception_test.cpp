// An exception that cannot travel hangs the pool (cpython gh-79492, gh-103061, taskflow#479).

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/pains/tasks.hpp"

namespace tandem::test {

/// Nothing that could be made anew elsewhere.
class NoSuchPage : public std::runtime_error {
 public:
  NoSuchPage(const std::string& page, std::vector<int>& somewhere) : std::runtime_error{"no page " + page}, somewhere_{somewhere} {}

 private:
  std::vector<int>& somewhere_;
};

/// A result that refuses to leave its process.
struct Unwilling {
  int n = 0;
  template <class Archive>
  void save(Archive& /*archive*/) const {
    throw std::domain_error{"will not be saved"};
  }
  template <class Archive>
  void load(Archive& /*archive*/) {
    throw std::domain_error{"will not be loaded"};
  }
};

namespace {

using namespace std::chrono_literals;

TEST(Pain14, AnUnknownTypeArrivesByNameAndText) {
  futures::ProcessPoolExecutor pool{1};
  auto future = pool.submit([] {
    std::vector<int> local;
    throw NoSuchPage{"7", local};
  });
  try {
    future.result(20s);
    FAIL() << "no exception";
  } catch (const futures::RemoteError& error) {
    EXPECT_EQ(error.type_name(), "tandem::test::NoSuchPage");
    EXPECT_EQ(error.text(), "no page 7");
    EXPECT_NE(std::string{error.what()}.find("tandem::test::NoSuchPage: no page 7"), std::string::npos) << error.what();
  }
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
}

TEST(Pain14, WhatIsNoStdExceptionArrivesToo) {
  futures::ProcessPoolExecutor pool{1};
  auto future = pool.submit([] { throw 42; });
  try {
    future.result(20s);
    FAIL() << "no exception";
  } catch (const futures::RemoteError& error) {
    EXPECT_EQ(error.type_name(), "int");
  }
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
}

TEST(Pain14, AResultThatCannotBeSentFailsItsTaskOnly) {
  futures::ProcessPoolExecutor pool{1};
  EXPECT_THROW(pool.submit([] { return Unwilling{1}; }).result(20s), std::domain_error);
  EXPECT_THROW(pool.submit([](Unwilling) {}, Unwilling{2}), std::domain_error) << "an argument: at submit(), which sends it";
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
}

}  // namespace
}  // namespace tandem::test
