// From start() to join(): states, misuse, names and ids, exceptions, moves.

#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/platform/thread.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::threading {
namespace {

using namespace std::chrono_literals;

TEST(Thread, GoesFromUnstartedToAliveToEnded) {
  Event gate;
  Thread thread{[&] { gate.wait(); }};
  EXPECT_FALSE(thread.is_alive());
  thread.start();
  EXPECT_TRUE(thread.is_alive());
  gate.set();
  EXPECT_TRUE(thread.join());
  EXPECT_FALSE(thread.is_alive());
}

TEST(Thread, StartsOnce) {
  Event gate;
  Thread thread{[&] { gate.wait(); }};
  thread.start();
  EXPECT_THROW(thread.start(), std::logic_error) << "while it runs";
  gate.set();
  thread.join();
  EXPECT_THROW(thread.start(), std::logic_error) << "after it has ended";
}

TEST(Thread, ErrorsNameTheThread) {
  Thread thread{[] {}};
  thread.name("loader");
  try {
    thread.join();
    FAIL() << "joined before it was started";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string{error.what()}.find("'loader'"), std::string::npos) << error.what();
  }
}

TEST(Thread, CannotBeJoinedBeforeItIsStarted) {
  Thread thread{[] {}};
  EXPECT_THROW(thread.join(), std::logic_error);
  EXPECT_THROW(thread.join(0s), std::logic_error);
  thread.start();
  EXPECT_TRUE(thread.join());
}

TEST(Thread, CannotJoinItself) {
  bool refused = false;
  Thread* self = nullptr;
  Event ready;
  Thread thread{[&] {
    ready.wait();
    try {
      self->join(20s);
    } catch (const std::logic_error&) {
      refused = true;
    }
  }};
  self = &thread;
  thread.start();
  ready.set();
  thread.join();
  EXPECT_TRUE(refused);
}

TEST(Thread, JoinWithADeadlineSaysWhetherItEnded) {
  Event gate;
  Thread thread{[&] { gate.wait(); }};
  thread.start();
  EXPECT_FALSE(thread.join(0s));
  const auto begin = Deadline::Clock::now();
  EXPECT_FALSE(thread.join(20ms));
  EXPECT_GE(Deadline::Clock::now() - begin, 20ms);
  EXPECT_TRUE(thread.is_alive());
  gate.set();
  EXPECT_TRUE(thread.join(20s));
  EXPECT_TRUE(thread.join(0s)) << "again";
}

TEST(Thread, ManyMayJoinOne) {
  Event gate;
  bool written = false;
  Thread one{[&] {
    gate.wait();
    written = true;
  }};
  one.start();
  base::Atomic<int> saw_it{0};
  std::vector<Thread> joiners;
  for (int i = 0; i < 8; ++i) {
    joiners.push_back(Thread::started([&, i] {
      if (i % 2 == 0) {
        EXPECT_TRUE(one.join());
      } else {
        while (!one.join(1ms)) {
        }
      }
      saw_it += written ? 1 : 0;
    }));
  }
  gate.set();
  for (Thread& joiner : joiners) joiner.join();
  EXPECT_EQ(saw_it.load(), 8);
}

TEST(Thread, NamesAreCountedUnlessGiven) {
  const Thread first{[] {}};
  const Thread second{[] {}};
  EXPECT_EQ(first.name().rfind("Thread-", 0), 0U) << first.name();
  EXPECT_NE(first.name(), second.name());
  Thread third{[] {}};
  third.name("a name longer than the kernel keeps");
  EXPECT_EQ(third.name(), "a name longer than the kernel keeps");
}

std::string kernel_name(int native_id) {
  std::ifstream comm{"/proc/self/task/" + std::to_string(native_id) + "/comm"};
  std::string name;
  std::getline(comm, name);
  return name;
}

TEST(Thread, KernelShowsTheName) {
  Event ready, gate;
  Thread thread{[&] {
    ready.set();
    gate.wait();
  }};
  thread.name("a name longer than the kernel keeps");
  thread.start();
  ready.wait();
  EXPECT_EQ(kernel_name(thread.native_id()), "a name longer t");
  gate.set();
  thread.join();
}

TEST(Thread, IdsAreZeroBeforeAndTheThreadsOwnAfterwards) {
  sync::ActorId ident = 0;
  int native_id = 0;
  Thread thread{[&] {
    ident = get_ident();
    native_id = platform::native_thread_id();
  }};
  EXPECT_EQ(thread.ident(), sync::nobody);
  EXPECT_EQ(thread.native_id(), 0);
  thread.start();
  thread.join();
  EXPECT_EQ(thread.ident(), ident);
  EXPECT_EQ(thread.native_id(), native_id);
  EXPECT_NE(ident, get_ident());
}

// Python: "ident: 0 (None) if the thread has not been started". Once start() has returned it has been.
TEST(Thread, IdsAreThereWhenStartReturns) {
  int missing = 0;
  for (int i = 0; i < 200; ++i) {
    Thread thread{[] {}};
    thread.start();
    missing += thread.ident() == sync::nobody || thread.native_id() == 0 ? 1 : 0;
    thread.join();
  }
  EXPECT_EQ(missing, 0) << "of 200 threads had no ident or native_id right after start()";
}

TEST(Thread, IdentsAreNeverUsedTwice) {
  std::set<sync::ActorId> idents{get_ident()};
  for (int i = 0; i < 100; ++i) {
    Thread thread{[] {}};
    thread.start();
    thread.join();
    EXPECT_TRUE(idents.insert(thread.ident()).second) << thread.ident();
  }
}

TEST(Thread, AnExceptionIsPrintedAndEndsTheThreadOnly) {
  testing::internal::CaptureStderr();
  Thread thread{[] { throw std::runtime_error{"out of coffee"}; }};
  thread.name("waiter");
  thread.start();
  thread.join();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "Exception in thread waiter: std::runtime_error: out of coffee\n");
}

TEST(Thread, WhatIsThrownNeedNotBeAnException) {
  testing::internal::CaptureStderr();
  Thread thread{[] { throw 42; }};
  thread.name("odd");
  thread.start();
  thread.join();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "Exception in thread odd: int\n");
}

TEST(Thread, MovesWhileItRuns) {
  Event gate;
  Thread first{[&] { gate.wait(); }};
  first.name("moved");
  first.start();
  Thread second{std::move(first)};
  EXPECT_EQ(second.name(), "moved");
  EXPECT_TRUE(second.is_alive());
  gate.set();
  EXPECT_TRUE(second.join());
}

TEST(Thread, MoveAssignmentEndsTheOld) {
  bool old_ended = false;
  Event gate;
  Thread thread = Thread::started([&](std::stop_token stop) {
    Event stopped;
    const std::stop_callback wake{stop, [&] { stopped.set(); }};
    stopped.wait();
    old_ended = true;
  });
  Thread replacement{[&] { gate.wait(); }};
  replacement.start();
  thread = std::move(replacement);
  EXPECT_TRUE(old_ended);
  EXPECT_TRUE(thread.is_alive());
  Thread& same = thread;
  thread = std::move(same);
  EXPECT_TRUE(thread.is_alive()) << "assigned to itself";
  gate.set();
  EXPECT_TRUE(thread.join());
}

TEST(Thread, StartedIsMadeAndStartedInOneStep) {
  int sum = 0;
  Thread thread = Thread::started([&](int a, int b) { sum = a + b; }, 1, 2);
  EXPECT_TRUE(thread.join());
  EXPECT_EQ(sum, 3);
}

TEST(Thread, WhatCameBeforeStartAndWithinIsSeen) {
  std::vector<int> plain;  // no atomics: TSan proves the order
  for (int i = 0; i < 50; ++i) {
    plain.push_back(i);
    Thread thread{[&] { plain.push_back(-i); }};
    thread.start();
    thread.join();
    ASSERT_EQ(plain.back(), -i);
  }
}

// A thread that holds the last handle on itself cannot be joined by anybody; it is let go, and must still end properly.
TEST(Thread, MayDestroyItsOwnHandle) {
  auto shared = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = shared;
  Event ready;
  auto handle = std::make_unique<std::optional<Thread>>();
  std::optional<Thread>& slot = *handle;
  slot.emplace([&ready, handle = std::move(handle), shared = std::move(shared)] {
    ready.wait();
    handle->reset();
  });
  slot->start();
  ready.set();
  EXPECT_TRUE(test::eventually([&] { return watched.expired(); }));
}

}  // namespace
}  // namespace tandem::threading
