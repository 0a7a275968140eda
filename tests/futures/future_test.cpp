// A Future by itself: its states, its result, and waiting for it. The test plays the executor.

#include "tandem/futures/future.hpp"

#include <any>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using threading::Thread;

static_assert(std::is_same_v<decltype(std::declval<const Future<int>&>().result()), const int&>);
static_assert(std::is_same_v<decltype(std::declval<Future<int>&>().result()), const int&>);
static_assert(std::is_same_v<decltype(std::declval<Future<int>>().result()), int>);
static_assert(std::is_void_v<decltype(std::declval<Future<void>&>().result())>);
static_assert(std::is_copy_constructible_v<Future<std::unique_ptr<int>>>, "a handle copies even if its result does not");
static_assert(std::is_base_of_v<std::runtime_error, CancelledError> && std::is_base_of_v<std::logic_error, InvalidStateError>);

// ---- states. Each row: where the future is, and what each call may do there.

struct State {
  const char* name;
  void (*enter)(Future<int>&);
  bool running, cancelled, done;
  bool cancel_succeeds;
  bool takes_result;
};

const State states[] = {
    {"Pending", [](Future<int>&) {}, false, false, false, true, true},
    {"Running", [](Future<int>& f) { f.set_running_or_notify_cancel(); }, true, false, false, false, true},
    {"Cancelled", [](Future<int>& f) { f.cancel(); }, false, true, true, true, false},
    {"CancelledAndNotified",
     [](Future<int>& f) {
       f.cancel();
       f.set_running_or_notify_cancel();
     },
     false, true, true, true, false},
    {"Result", [](Future<int>& f) { f.set_result(1); }, false, false, true, false, false},
    {"Error", [](Future<int>& f) { f.set_exception(std::runtime_error{"x"}); }, false, false, true, false, false},
};

class FutureState : public testing::TestWithParam<State> {
 protected:
  FutureState() { GetParam().enter(future); }
  void expect_as_before() {
    EXPECT_EQ(future.running(), GetParam().running);
    EXPECT_EQ(future.cancelled(), GetParam().cancelled);
    EXPECT_EQ(future.done(), GetParam().done);
    EXPECT_EQ(future.wait(0s), GetParam().done);
  }
  Future<int> future;
};

TEST_P(FutureState, IsReported) { expect_as_before(); }

TEST_P(FutureState, Cancel) {
  EXPECT_EQ(future.cancel(), GetParam().cancel_succeeds);
  if (GetParam().cancel_succeeds) {
    EXPECT_TRUE(future.cancelled());
    EXPECT_TRUE(future.done());
    EXPECT_THROW(future.result(), CancelledError);
    EXPECT_THROW(future.exception(), CancelledError);
    EXPECT_TRUE(future.cancel()) << "again";
  } else {
    expect_as_before();
  }
}

TEST_P(FutureState, SetResult) {
  if (GetParam().takes_result) {
    future.set_result(42);
    EXPECT_TRUE(future.done());
    EXPECT_EQ(future.result(), 42);
    EXPECT_EQ(future.exception(), nullptr);
  } else {
    EXPECT_THROW(future.set_result(42), InvalidStateError);
    expect_as_before();
  }
}

TEST_P(FutureState, SetException) {
  if (GetParam().takes_result) {
    future.set_exception(std::out_of_range{"far"});
    EXPECT_TRUE(future.done());
    EXPECT_THROW(future.result(), std::out_of_range);
    EXPECT_NE(future.exception(), nullptr);
  } else {
    EXPECT_THROW(future.set_exception(std::out_of_range{"far"}), InvalidStateError);
    expect_as_before();
  }
}

TEST_P(FutureState, SetRunning) {
  if (!GetParam().running && !GetParam().done) {
    EXPECT_TRUE(future.set_running_or_notify_cancel());
    EXPECT_TRUE(future.running());
  } else if (GetParam().cancelled) {
    EXPECT_FALSE(future.set_running_or_notify_cancel());
    expect_as_before();
  } else {
    EXPECT_THROW(future.set_running_or_notify_cancel(), InvalidStateError);
    expect_as_before();
  }
}

INSTANTIATE_TEST_SUITE_P(Future, FutureState, testing::ValuesIn(states), [](const auto& test) { return test.param.name; });

// ---- results

TEST(Future, ResultIsReadInPlaceByAllHandles) {
  Future<std::string> future;
  const Future<std::string> other = future;
  future.set_result(3, 'x');
  EXPECT_EQ(future.result(), "xxx");
  EXPECT_EQ(&future.result(), &other.result());
  EXPECT_EQ(&future.result(), &future.result());
}

TEST(Future, ResultIsMovedOutOfAnExpiringHandle) {
  Future<std::unique_ptr<int>> future;
  const Future<std::unique_ptr<int>> other = future;
  future.set_result(std::make_unique<int>(42));
  EXPECT_EQ(*other.result(), 42);
  const std::unique_ptr<int> taken = std::move(future).result();
  EXPECT_EQ(*taken, 42);
  EXPECT_EQ(other.result(), nullptr) << "other handles find what the move left";
}

TEST(Future, VoidHasNoResultButAnEnd) {
  Future<void> future;
  EXPECT_FALSE(future.done());
  future.set_result();
  EXPECT_TRUE(future.done());
  EXPECT_NO_THROW(future.result());
  EXPECT_NO_THROW(std::move(future).result());
  Future<void> failed;
  failed.set_exception(std::runtime_error{"x"});
  EXPECT_THROW(failed.result(), std::runtime_error);
}

struct Particular : std::runtime_error {
  Particular(const char* what, int number) : std::runtime_error{what}, code{number} {}
  int code;
};

TEST(Future, ExceptionsKeepTheirTypeAndComeAsOftenAsAsked) {
  Future<int> future;
  future.set_exception(Particular{"x", 7});
  for (int i = 0; i < 2; ++i) {
    try {
      static_cast<void>(future.result());
      FAIL() << "no exception";
    } catch (const Particular& error) {
      EXPECT_EQ(error.code, 7);
    }
  }
  EXPECT_THROW(std::rethrow_exception(future.exception()), Particular);
  EXPECT_THROW(std::move(future).result(), Particular);
}

TEST(Future, ExceptionsMayBePointersAndOddThings) {
  Future<int> future;
  future.set_exception(std::make_exception_ptr(42));
  EXPECT_THROW(future.result(), int);
}

TEST(Future, ResultsMayBeThingsThatConvertFromAnything) {
  Future<std::any> any;
  any.set_result(std::any{1});
  EXPECT_EQ(std::any_cast<int>(any.result()), 1);
  Future<std::optional<int>> optional;
  optional.set_result(std::nullopt);
  EXPECT_EQ(optional.result(), std::nullopt);
  Future<std::exception_ptr> error;
  error.set_result(std::make_exception_ptr(1));
  EXPECT_NE(error.result(), nullptr);
  EXPECT_EQ(error.exception(), nullptr);
}

TEST(Future, ResultNeedNotMove) {
  struct Fixed {
    explicit Fixed(int n) : number{n} {}
    Fixed(const Fixed&) = delete;
    Fixed& operator=(const Fixed&) = delete;
    int number;
  };
  Future<Fixed> future;
  future.set_result(5);
  const Future<Fixed>& reader = future;
  EXPECT_EQ(reader.result().number, 5);
}

TEST(Future, AThrowingResultLeavesItUnfinished) {
  struct Throws {
    explicit Throws(bool now) {
      if (now) throw std::runtime_error{"no result after all"};
    }
  };
  Future<Throws> future;
  EXPECT_THROW(future.set_result(true), std::runtime_error);
  EXPECT_FALSE(future.done());
  future.set_result(false);
  EXPECT_TRUE(future.done());
}

TEST(Future, HandlesOfTheSameAreEqual) {
  const Future<int> one;
  const Future<int> same = one;
  const Future<int> other;
  EXPECT_EQ(one, same);
  EXPECT_NE(one, other);
}

TEST(Future, DroppingAllHandlesDropsTheResult) {
  const auto shared = std::make_shared<int>(1);
  {
    Future<std::shared_ptr<int>> future;
    future.set_result(shared);
    const auto other = future;
    EXPECT_EQ(shared.use_count(), 2);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

// ---- waiting

TEST(Future, WaitsEndNotBeforeTheirTime) {
  const Future<int> future;
  const auto expect_20ms = [](auto wait) {
    const auto begin = Deadline::Clock::now();
    wait();
    EXPECT_GE(Deadline::Clock::now() - begin, 20ms);
  };
  expect_20ms([&] { EXPECT_FALSE(future.wait(20ms)); });
  expect_20ms([&] { EXPECT_THROW(future.result(20ms), TimeoutError); });
  expect_20ms([&] { EXPECT_THROW(Future<int>{future}.result(20ms), TimeoutError); });
  expect_20ms([&] { EXPECT_THROW(future.exception(20ms), TimeoutError); });
}

TEST(Future, ARequestToStopEndsAWait) {
  Future<int> future;
  std::stop_source source;
  const std::size_t parked = sync::LocalFutex::parked();
  Thread waiter = Thread::started([&, stop = source.get_token()] { EXPECT_FALSE(future.wait(stop)); });
  EXPECT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 1; }));
  source.request_stop();
  EXPECT_TRUE(waiter.join(20s));
  EXPECT_FALSE(future.wait(source.get_token())) << "at once, if it was requested before";
  EXPECT_FALSE(future.wait(std::stop_token{}, 1ms));
  future.set_result(1);
  EXPECT_TRUE(future.wait(source.get_token())) << "it is done";
}

TEST(Future, ZeroDoesNotWait) {
  Future<int> future;
  EXPECT_THROW(future.result(0s), TimeoutError);
  EXPECT_THROW(future.result(-1s), TimeoutError);
  future.set_result(1);
  EXPECT_EQ(future.result(0s), 1);
  EXPECT_EQ(future.result(-1s), 1);
}

using Finish = void (*)(Future<int>&);
class FutureFinish : public testing::TestWithParam<Finish> {};

TEST_P(FutureFinish, ReleasesAllWhoWait) {
  Future<int> future;
  const std::size_t parked = sync::LocalFutex::parked();
  std::vector<Thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.push_back(Thread::started([future] { EXPECT_TRUE(future.wait()); }));
    threads.push_back(Thread::started([future] { EXPECT_TRUE(future.wait(20s)); }));
  }
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 6; }));
  GetParam()(future);
  for (Thread& thread : threads) EXPECT_TRUE(thread.join(20s));
}

// pending -> running changes the word that sleepers compare; those who sleep already and those who come later are both found.
TEST_P(FutureFinish, ReleasesThoseWhoCameBeforeItRan) {
  Future<int> future;
  const std::size_t parked = sync::LocalFutex::parked();
  const Thread early = Thread::started([future] { EXPECT_TRUE(future.wait()); });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 1; }));
  const bool by_cancel = GetParam() == states[2].enter;
  EXPECT_TRUE(by_cancel || future.set_running_or_notify_cancel()) << "what runs cannot be cancelled any more";
  const Thread late = Thread::started([future] { EXPECT_TRUE(future.wait()); });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 2; }));
  GetParam()(future);
}

INSTANTIATE_TEST_SUITE_P(ByCancel, FutureFinish, testing::Values(states[2].enter));
INSTANTIATE_TEST_SUITE_P(ByResult, FutureFinish, testing::Values(states[4].enter));
INSTANTIATE_TEST_SUITE_P(ByError, FutureFinish, testing::Values(states[5].enter));

TEST(Future, WhatTheWorkDidIsSeen) {
  for (int i = 0; i < 100; ++i) {
    int plain = 0;  // no atomics: TSan proves the order
    Future<void> future;
    const Thread worker = Thread::started([&plain, future]() mutable {
      plain = 1;
      future.set_result();
    });
    future.result();
    EXPECT_EQ(plain, 1);
  }
}

}  // namespace
}  // namespace tandem::futures
