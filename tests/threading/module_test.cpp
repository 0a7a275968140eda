// What the module threading knows of all threads: who runs, who is alive, what an exception does, how large a stack is.

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/platform/process.hpp"
#include "tandem/platform/thread.hpp"
#include "tandem/threading/excepthook.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/stack_size.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::threading {
namespace {

using namespace std::chrono_literals;

bool is_among(const ThreadRef& thread, const std::vector<ThreadRef>& threads) {
  return std::find(threads.begin(), threads.end(), thread) != threads.end();
}

TEST(MainThread, IsTheOneOfMain) {
  EXPECT_EQ(main_thread().name(), "MainThread");
  EXPECT_EQ(main_thread(), current_thread()) << "tests run on the main thread";
  EXPECT_TRUE(main_thread().is_alive());
  EXPECT_FALSE(main_thread().daemon());
  EXPECT_EQ(main_thread().ident(), get_ident());
  EXPECT_EQ(main_thread().native_id(), platform::this_pid());
}

TEST(MainThread, IsKnownToOthers) {
  const sync::ActorId me = get_ident();
  Thread::started([me] {
    EXPECT_EQ(main_thread().ident(), me);
    EXPECT_NE(main_thread(), current_thread());
    EXPECT_FALSE(main_thread().join(1ms)) << "it is alive as long as main has not returned";
  }).join();
  EXPECT_THROW(current_thread().join(), std::logic_error) << "nobody joins himself";
}

TEST(CurrentThread, IsTheThreadItself) {
  Thread thread{[] {
    ThreadRef me = current_thread();
    EXPECT_EQ(me.name(), "worker");
    EXPECT_EQ(me.ident(), get_ident());
    EXPECT_EQ(me.native_id(), get_native_id());
    EXPECT_EQ(get_native_id(), platform::native_thread_id());
    EXPECT_TRUE(me.is_alive());
    me.name("renamed");
  }};
  thread.name("worker");
  thread.start();
  thread.join();
  EXPECT_EQ(thread.name(), "renamed");
}

TEST(CurrentThread, AHandleOutlivesItsThread) {
  Event gate;
  std::optional<ThreadRef> handle;
  {
    Thread thread{[&] {
      handle = current_thread();
      gate.wait();
    }};
    thread.start();
    EXPECT_FALSE(static_cast<ThreadRef&>(thread).join(1ms));
    gate.set();
    thread.join();
    EXPECT_EQ(*handle, thread);
  }
  EXPECT_FALSE(handle->is_alive());
  EXPECT_TRUE(handle->join());
  EXPECT_NE(handle->ident(), sync::nobody);
}

TEST(CurrentThread, AStrangerIsADummyAndADaemon) {
  std::thread{[] {
    const ThreadRef me = current_thread();
    EXPECT_EQ(me.name().rfind("Dummy-", 0), 0U) << me.name();
    EXPECT_TRUE(me.daemon());
    EXPECT_TRUE(me.is_alive());
    EXPECT_EQ(me, current_thread());
    EXPECT_EQ(me.ident(), get_ident());
    EXPECT_TRUE(is_among(me, enumerate()));
    // In Python its children would inherit that, which nobody who started one meant.
    EXPECT_FALSE(Thread{[] {}}.daemon());
    Thread::started([me] {
      try {
        ThreadRef{me}.join();
        ADD_FAILURE() << "nobody can join a stranger";
      } catch (const std::logic_error& error) {
        EXPECT_NE(std::string{error.what()}.find("not started by tandem"), std::string::npos) << error.what();
      }
    }).join();
  }}.join();
}

TEST(Enumerate, NamesThoseThatAreAlive) {
  const std::size_t before = active_count();
  EXPECT_EQ(enumerate().size(), before);
  EXPECT_TRUE(is_among(main_thread(), enumerate()));
  Event gate;
  Thread unstarted{[] {}};
  Thread first{[&] { gate.wait(); }};
  Thread second{[&] { gate.wait(); }};
  EXPECT_EQ(active_count(), before);
  first.start();
  second.start();
  EXPECT_EQ(active_count(), before + 2) << "from start(), not from when it runs";
  EXPECT_TRUE(is_among(first, enumerate()));
  EXPECT_FALSE(is_among(unstarted, enumerate()));
  gate.set();
  first.join();
  second.join();
  EXPECT_EQ(active_count(), before) << "join() has returned, so they are gone";
}

TEST(Enumerate, ForgetsAStrangerThatEnds) {
  const std::size_t before = active_count();
  std::optional<ThreadRef> stranger;
  std::thread{[&] {
    stranger = current_thread();
    EXPECT_EQ(active_count(), before + 1);
  }}.join();
  EXPECT_EQ(active_count(), before);
  EXPECT_FALSE(stranger->is_alive());
}

TEST(Enumerate, WhileThreadsComeAndGo) {
  std::vector<Thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.push_back(Thread::started([] {
      for (int k = 0; k < 100; ++k) {
        Thread::started([] {}).join();
        for (const ThreadRef& each : enumerate()) EXPECT_FALSE(each.name().empty());
      }
    }));
  }
}

/// The hook's calls, and the default back at the end.
class ExceptHookTest : public ::testing::Test {
 protected:
  ~ExceptHookTest() override { excepthook({}); }
};

TEST_F(ExceptHookTest, IsCalledWithWhatLeavesTheFunction) {
  std::string seen;
  EXPECT_FALSE(excepthook([&](const ExceptHookArgs& args) {
    EXPECT_EQ(args.thread, current_thread()) << "it runs on the thread that ends";
    try {
      std::rethrow_exception(args.exception);
    } catch (const std::out_of_range& error) {
      seen = args.thread.name() + ": " + error.what();
    }
  })) << "the default is told by an empty function";
  Thread thread{[] { throw std::out_of_range{"page 7"}; }};
  thread.name("loader");
  thread.start();
  thread.join();
  EXPECT_EQ(seen, "loader: page 7");
  EXPECT_TRUE(excepthook({})) << "it gives back the one that was set";
}

TEST_F(ExceptHookTest, OneThatThrowsItselfLosesNeither) {
  excepthook([](const ExceptHookArgs&) { throw std::runtime_error{"hook is broken"}; });
  Thread thread{[] { throw std::runtime_error{"work is broken"}; }};
  ::testing::internal::CaptureStderr();
  thread.start();
  thread.join();
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("work is broken"), std::string::npos) << text;
  EXPECT_NE(text.find("hook is broken"), std::string::npos) << text;
}

TEST_F(ExceptHookTest, MayBeSetWhileThreadsDie) {
  base::Atomic<int> calls{0};
  std::vector<Thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.push_back(Thread::started([&] {
      for (int k = 0; k < 50; ++k) {
        excepthook([&](const ExceptHookArgs&) { ++calls; });
        Thread::started([] { throw 1; }).join();
      }
    }));
  }
  for (Thread& thread : threads) thread.join();
  EXPECT_EQ(calls.load(), 200);
}

/// The size of the stack that threads get, back to what it was at the end.
class StackSizeTest : public ::testing::Test {
 protected:
  ~StackSizeTest() override { stack_size(0); }
};

[[gnu::noinline]] int deep(int n) {
  volatile char page[4096];
  page[0] = static_cast<char>(n);
  return n == 0 ? page[0] : deep(n - 1) + page[0] % 2;
}

TEST_F(StackSizeTest, IsWhatNewThreadsGet) {
  EXPECT_EQ(stack_size(), 0U) << "the system's default";
  EXPECT_EQ(stack_size(64U << 20), 0U);
  EXPECT_EQ(stack_size(), 64U << 20);
  Thread::started([] { deep(10'000); }).join();  // 40 MiB, which would crash with the usual 8
}

TEST_F(StackSizeTest, RefusesWhatIsTooSmall) {
  try {
    stack_size(1000);
    ADD_FAILURE() << "1000 bytes are no stack";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string{error.what()}.find("32 KiB or more"), std::string::npos) << error.what();
  }
  EXPECT_EQ(stack_size(), 0U);
}

TEST_F(StackSizeTest, AThreadThatCannotBeStartedMayBeTriedAgain) {
  stack_size(std::size_t{1} << 60);
  std::string said;
  Thread thread{[&, word = std::string(100, 'x')] { said = word; }};
  const std::size_t alive = active_count();
  EXPECT_THROW(thread.start(), std::system_error);
  EXPECT_EQ(active_count(), alive);
  EXPECT_FALSE(thread.is_alive());
  stack_size(0);
  thread.start();
  thread.join();
  EXPECT_EQ(said, std::string(100, 'x')) << "what it was given is still there";
}

}  // namespace
}  // namespace tandem::threading
