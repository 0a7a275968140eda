#include "tandem/remote/exception.hpp"

#include <any>
#include <functional>
#include <ios>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>
#include <variant>

#include <gtest/gtest.h>

#include "tandem/base/errors.hpp"
#include "tandem/base/exception_text.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/queue/errors.hpp"

namespace app {

struct NoSuchPage : std::out_of_range {
  using std::out_of_range::out_of_range;
};
struct Strange {};

}  // namespace app

namespace tandem::remote {
namespace {

const Origin origin{4711, "parse 2/4", "http://a"};

std::exception_ptr travelled(const std::exception_ptr& error, const Origin& from = origin) {
  Message message;
  OutputArchive out{message};
  save_exception(out, error);
  InputArchive in{message};
  auto loaded = load_exception(in, from);
  EXPECT_TRUE(in.rest().empty());
  return loaded;
}

/// Expects that `error` arrives as an E with the same what(), and with its origin.
template <class E>
void expect_itself(const E& error) {
  // Two hops, as out of the pool of a worker.
  for (const auto& arrived : {travelled(std::make_exception_ptr(error)),
                              travelled(travelled(std::make_exception_ptr(error)), {.pid = 1, .worker = "outer", .task = "x"})}) {
    EXPECT_EQ(origin_of(arrived), origin);
    try {
      std::rethrow_exception(arrived);
    } catch (const E& caught) {
      EXPECT_STREQ(caught.what(), error.what());
    } catch (const std::exception& other) {
      ADD_FAILURE() << base::exception_text(arrived) << " instead of " << typeid(E).name();
    }
  }
}

TEST(RemoteException, TypesOfTheStandardTravel) {
  expect_itself(std::logic_error{"x"});
  expect_itself(std::invalid_argument{"x"});
  expect_itself(std::domain_error{"x"});
  expect_itself(std::length_error{"x"});
  expect_itself(std::out_of_range{"no 7"});
  expect_itself(std::runtime_error{""});
  expect_itself(std::range_error{"x"});
  expect_itself(std::overflow_error{"x"});
  expect_itself(std::underflow_error{"x"});
}

TEST(RemoteException, TypesWithoutATextTravel) {
  expect_itself(std::bad_alloc{});
  expect_itself(std::bad_array_new_length{});
  expect_itself(std::bad_cast{});
  expect_itself(std::bad_typeid{});
  expect_itself(std::bad_function_call{});
  expect_itself(std::bad_optional_access{});
  expect_itself(std::bad_variant_access{});
  expect_itself(std::bad_weak_ptr{});
}

TEST(RemoteException, OurOwnTypesTravel) {
  expect_itself(TimeoutError{"too late"});
  expect_itself(futures::CancelledError{});
  expect_itself(futures::InvalidStateError{"done"});
  expect_itself(futures::RemoteError{"app::X", "text", "in worker 1"});
  expect_itself(futures::WorkerCrashed{"parse", 7, std::nullopt, 11});
  expect_itself(futures::WorkerCrashed{"parse", 7, 3, std::nullopt, "it had closed its channel"});
  expect_itself(futures::WorkerCrashed{"parse", 7, std::nullopt, 9, "", "kill_workers()"});
  expect_itself(futures::TaskTimeout{"parse", std::chrono::milliseconds{1500}});
  expect_itself(futures::TaskMemoryExceeded{"parse", std::size_t{512} << 20});
  expect_itself(queue::Empty{});
  expect_itself(queue::Full{});
  expect_itself(queue::ShutDown{});
}

TEST(RemoteException, ExactlyTheTypeAndNotItsBase) {
  for (const auto& [error, name] : {std::pair{std::make_exception_ptr(std::length_error{"x"}), "std::length_error"},
                                    std::pair{std::make_exception_ptr(std::logic_error{"x"}), "std::logic_error"}}) {
    EXPECT_TRUE(base::exception_text(travelled(error)).starts_with(std::string{name} + ": x")) << name;
  }
}

TEST(RemoteException, SystemErrorsKeepCodeAndText) {
  expect_itself(std::system_error{ENOENT, std::generic_category(), "open x"});
  expect_itself(std::system_error{ENOENT, std::system_category()});
  expect_itself(std::system_error{ENOENT, std::generic_category(), ""});
  expect_itself(std::system_error{std::make_error_code(std::io_errc::stream), "y"});
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(std::system_error{EPIPE, std::generic_category(), "write"})));
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::broken_pipe);
  }
}

struct OwnCategory : std::error_category {
  const char* name() const noexcept override { return "own"; }
  std::string message(int) const override { return "own message"; }
};

const futures::RemoteError* as_remote(const std::exception& error) { return dynamic_cast<const futures::RemoteError*>(&error); }

/// Expects a RemoteError with these parts.
void expect_remote(const std::exception_ptr& error, const std::string& type, const std::string& text) {
  const auto arrived = travelled(error);
  EXPECT_EQ(origin_of(arrived), origin);
  try {
    std::rethrow_exception(arrived);
  } catch (const std::exception& caught) {
    const auto* remote = as_remote(caught);
    ASSERT_NE(remote, nullptr) << caught.what();
    EXPECT_EQ(remote->type_name(), type);
    EXPECT_EQ(remote->text(), text);
    const std::string where = " (in worker 4711 (parse 2/4), task 'http://a')";
    EXPECT_EQ(std::string{remote->what()}, (text.empty() ? type : type + ": " + text) + where);
  }
}

TEST(RemoteException, OthersArriveAsRemoteError) {
  expect_remote(std::make_exception_ptr(app::NoSuchPage{"page 7"}), "app::NoSuchPage", "page 7");
  expect_remote(std::make_exception_ptr(app::Strange{}), "app::Strange", "");
  expect_remote(std::make_exception_ptr(42), "int", "");
  expect_remote(std::make_exception_ptr(std::bad_any_cast{}), "std::bad_any_cast", "bad any_cast");
  const OwnCategory own;
  expect_remote(std::make_exception_ptr(std::system_error{1, own}), "std::system_error", "own message");
}

TEST(RemoteException, ReadsWellWithItsOrigin) {
  EXPECT_EQ(base::exception_text(travelled(std::make_exception_ptr(std::out_of_range{"no 7"}))),
            "std::out_of_range: no 7 (in worker 4711 (parse 2/4), task 'http://a')");
  EXPECT_EQ(base::exception_text(travelled(std::make_exception_ptr(app::NoSuchPage{"page 7"}))),
            "tandem::futures::RemoteError: app::NoSuchPage: page 7 (in worker 4711 (parse 2/4), task 'http://a')");
  EXPECT_EQ(base::exception_text(travelled(std::make_exception_ptr(std::bad_alloc{}), {.pid = 7})),
            "std::bad_alloc: std::bad_alloc (in worker 7)");
}

std::exception_ptr with_cause() {
  try {
    try {
      throw std::system_error{ENOENT, std::generic_category(), "open x"};
    } catch (...) {
      std::throw_with_nested(std::runtime_error{"no configuration"});
    }
  } catch (...) {
    return std::current_exception();
  }
}

TEST(RemoteException, CausesTravelAlong) {
  const auto arrived = travelled(with_cause());
  EXPECT_EQ(
      base::exception_text(arrived),
      "std::runtime_error: no configuration (open x: No such file or directory (in worker 4711 (parse 2/4), task 'http://a'))");
  try {
    std::rethrow_exception(arrived);
  } catch (const std::runtime_error& error) {
    try {
      std::rethrow_if_nested(error);
      FAIL() << "the cause is gone";
    } catch (const std::system_error& cause) {
      EXPECT_EQ(cause.code(), std::errc::no_such_file_or_directory);
    }
  }
}

TEST(RemoteException, WhatWasThrownHereHasNoOrigin) {
  EXPECT_EQ(origin_of(std::make_exception_ptr(std::out_of_range{"x"})), std::nullopt);
  EXPECT_EQ(origin_of(std::make_exception_ptr(42)), std::nullopt);
  EXPECT_EQ(origin_of(with_cause()), std::nullopt);
  EXPECT_EQ(origin_of(nullptr), std::nullopt);
}

TEST(RemoteException, FieldsOfOurTypesArrive) {
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(futures::WorkerCrashed{"parse", 7, 3, std::nullopt})));
  } catch (const futures::WorkerCrashed& crash) {
    EXPECT_EQ(crash.task(), "parse");
    EXPECT_EQ(crash.pid(), 7);
    EXPECT_EQ(crash.exit_code(), 3);
    EXPECT_EQ(crash.signal(), std::nullopt);
  }
  try {
    std::rethrow_exception(travelled(std::make_exception_ptr(futures::TaskMemoryExceeded{"parse", 1000})));
  } catch (const futures::TaskMemoryExceeded& error) {
    EXPECT_EQ(error.limit(), 1000U);
  }
}

TEST(RemoteException, NothingIsNoException) {
  Message message;
  OutputArchive out{message};
  EXPECT_THROW(save_exception(out, nullptr), std::invalid_argument);
}

}  // namespace
}  // namespace tandem::remote
