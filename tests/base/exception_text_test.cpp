#include "tandem/base/exception_text.hpp"

#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace tandem::base {

class Unlucky : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
struct NoException {};
struct Silent : std::exception {
  const char* what() const noexcept override { return ""; }
};

namespace {

template <class E>
std::string text_of(E error) {
  return exception_text(std::make_exception_ptr(std::move(error)));
}

TEST(ExceptionText, NamesTheTypeAndTheText) {
  EXPECT_EQ(text_of(std::runtime_error{"no such page"}), "std::runtime_error: no such page");
  EXPECT_EQ(text_of(Unlucky{"x"}), "tandem::base::Unlucky: x");
  EXPECT_EQ(text_of(Silent{}), "tandem::base::Silent: ");
}

TEST(ExceptionText, NamesTheDynamicType) {
  std::exception_ptr error;
  try {
    try {
      throw Unlucky{"deep"};
    } catch (std::runtime_error&) {
      throw;
    }
  } catch (std::exception&) {
    error = std::current_exception();
  }
  EXPECT_EQ(exception_text(error), "tandem::base::Unlucky: deep");
}

TEST(ExceptionText, WhatIsNoExceptionGivesItsType) {
  EXPECT_EQ(text_of(42), "int");
  EXPECT_EQ(text_of(NoException{}), "tandem::base::NoException");
  EXPECT_EQ(text_of("text"), "char const*");
}

template <class Outer, class Inner>
std::exception_ptr nested(Outer outer, Inner inner) {
  try {
    try {
      throw inner;
    } catch (...) {
      std::throw_with_nested(outer);
    }
  } catch (...) {
    return std::current_exception();
  }
}

TEST(ExceptionText, NamesWhatItWasThrownOver) {
  EXPECT_EQ(exception_text(nested(Unlucky{"no page"}, std::runtime_error{"in worker 7"})),
            "tandem::base::Unlucky: no page (in worker 7)");
  EXPECT_EQ(exception_text(nested(std::runtime_error{"no page"}, 42)), "std::runtime_error: no page (int)");
}

TEST(ExceptionText, DoesNotRepeatACauseThatTheTextNamesAlready) {
  EXPECT_EQ(exception_text(nested(std::runtime_error{"no page (in worker 7)"}, std::runtime_error{"in worker 7"})),
            "std::runtime_error: no page (in worker 7)");
}

TEST(ExceptionText, FollowsCausesOfCauses) {
  std::exception_ptr error;
  try {
    try {
      std::rethrow_exception(nested(std::logic_error{"middle"}, std::runtime_error{"deep"}));
    } catch (...) {
      std::throw_with_nested(Unlucky{"outer"});
    }
  } catch (...) {
    error = std::current_exception();
  }
  EXPECT_EQ(exception_text(error), "tandem::base::Unlucky: outer (middle (deep))");
}

TEST(ExceptionText, LeavesTheExceptionAsItIs) {
  const auto error = std::make_exception_ptr(Unlucky{"twice"});
  EXPECT_EQ(exception_text(error), exception_text(error));
  EXPECT_THROW(std::rethrow_exception(error), Unlucky);
}

TEST(ExceptionText, WorksInsideAHandlerOfAnotherException) {
  const auto other = std::make_exception_ptr(NoException{});
  try {
    throw std::logic_error{"outer"};
  } catch (...) {
    EXPECT_EQ(exception_text(other), "tandem::base::NoException");
    EXPECT_EQ(exception_text(std::current_exception()), "std::logic_error: outer");
  }
}

TEST(ExceptionText, CrossesThreads) {
  std::exception_ptr error;
  std::thread{[&] {
    try {
      throw Unlucky{"elsewhere"};
    } catch (...) {
      error = std::current_exception();
    }
  }}.join();
  EXPECT_EQ(exception_text(error), "tandem::base::Unlucky: elsewhere");
}

}  // namespace
}  // namespace tandem::base
