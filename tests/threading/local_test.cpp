#include "tandem/threading/local.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::threading {
namespace {

/// How many live.
struct Counted {
  explicit Counted(base::Atomic<int>* counter) : live{*counter} { ++live; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --live; }
  base::Atomic<int>& live;
};

TEST(Local, EachThreadHasItsOwn) {
  local<int> number{5};
  *number = 6;
  Thread::started([&] {
    EXPECT_EQ(*number, 5) << "made at the first use, of what the local was given";
    *number = 7;
    EXPECT_EQ(number.get(), 7);
  }).join();
  EXPECT_EQ(*number, 6);
}

TEST(Local, WithoutArgumentsItIsMadeByDefault) {
  local<std::vector<int>> list;
  EXPECT_TRUE(list->empty());
  list->push_back(1);
  EXPECT_EQ(list->size(), 1U);
  Thread::started([&] { EXPECT_TRUE(list->empty()); }).join();
}

TEST(Local, EveryThreadGetsCopiesOfTheArguments) {
  local<std::string> text{std::string(100, 'x')};
  for (int i = 0; i < 3; ++i) {
    Thread::started([&] { EXPECT_EQ(text->size(), 100U); }).join();
  }
}

TEST(Local, SeveralDoNotMeet) {
  std::deque<local<int>> locals;
  for (int i = 0; i < 100; ++i) locals.emplace_back(i);
  Thread::started([&] {
    for (int i = 0; i < 100; ++i) *locals[static_cast<std::size_t>(i)] += 1000;
    for (int i = 0; i < 100; ++i) EXPECT_EQ(*locals[static_cast<std::size_t>(i)], 1000 + i);
  }).join();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*locals[static_cast<std::size_t>(i)], i);
}

TEST(Local, AValueGoesWithItsThread) {
  base::Atomic<int> live{0};
  local<Counted> counted{&live};
  EXPECT_EQ(live, 0);
  Thread::started([&] {
    counted.get();
    counted.get();
    EXPECT_EQ(live, 1);
  }).join();
  EXPECT_EQ(live, 0) << "join() has returned, so it is gone";
  std::thread{[&] {
    counted.get();
    EXPECT_EQ(live, 1);
  }}.join();
  EXPECT_EQ(live, 0) << "of strangers, too";
}

TEST(Local, AllValuesGoWithTheLocal) {
  base::Atomic<int> live{0};
  Event made;
  Event gate;
  std::optional<local<Counted>> counted{std::in_place, &live};
  const Thread other = Thread::started([&] {
    counted->get();
    made.set();
    gate.wait();
  });
  counted->get();
  made.wait();
  EXPECT_EQ(live, 2);
  counted.reset();
  EXPECT_EQ(live, 0);
  gate.set();
}

// A new local may stand where one was that a thread still remembers.
TEST(Local, ANewOneIsNotTakenForOneThatIsGone) {
  for (int i = 0; i < 1000; ++i) {
    local<int> number{i};
    EXPECT_EQ(*number, i);
    *number = -1;
  }
}

TEST(Local, AConstructorThatThrowsIsAskedAgain) {
  static int calls;
  calls = 0;
  struct Moody {
    Moody() {
      if (++calls == 1) throw std::runtime_error{"not yet"};
    }
  };
  local<Moody> moody;
  EXPECT_THROW(moody.get(), std::runtime_error);
  EXPECT_NO_THROW(moody.get());
  moody.get();
  EXPECT_EQ(calls, 2);
}

TEST(Local, ADestructorMayUseAnother) {
  static local<std::string>* log;
  base::Atomic<int> live{0};
  struct Parting {
    ~Parting() { log->get() += "bye"; }
  };
  local<std::string> text;
  local<Counted> counted{&live};
  log = &text;
  {
    local<Parting> parting;
    Thread::started([&] {
      counted.get();
      parting.get();
    }).join();
  }
  EXPECT_EQ(live, 0);
}

TEST(Local, ManyThreadsAtOnce) {
  base::Atomic<int> live{0};
  local<Counted> counted{&live};
  local<long> sum{0L};
  std::vector<Thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.push_back(Thread::started([&] {
      for (int i = 0; i < 1000; ++i) *sum += i;
      counted.get();
      EXPECT_EQ(*sum, 499'500);
    }));
  }
  for (Thread& thread : threads) thread.join();
  EXPECT_EQ(live, 0);
}

}  // namespace
}  // namespace tandem::threading
