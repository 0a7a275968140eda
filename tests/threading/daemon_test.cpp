// Daemon threads: who is one, and that nobody waits for it.

#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::threading {
namespace {

TEST(Daemon, IsSetBeforeStart) {
  Thread thread{[] {}};
  EXPECT_FALSE(thread.daemon()) << "the main thread is none, and so is what it makes";
  thread.daemon(true);
  EXPECT_TRUE(thread.daemon());
  thread.daemon(false);
  thread.start();
  try {
    thread.daemon(true);
    ADD_FAILURE() << "too late";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string{error.what()}.find("daemon must be set before"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(thread.daemon());
}

TEST(Daemon, IsInherited) {
  Thread daemon{[] {
    EXPECT_TRUE(current_thread().daemon());
    EXPECT_TRUE(Thread{[] {}}.daemon());
    Thread child{[] { EXPECT_FALSE(Thread{[] {}}.daemon()); }};
    child.daemon(false);
    child.start();
    child.join();
  }};
  daemon.daemon(true);
  daemon.start();
  EXPECT_TRUE(daemon.join()) << "it may be joined like any other";
}

TEST(Daemon, ItsDestructorAsksItToStopAndDoesNotWait) {
  // Shared: it outlives the Thread, and this test only when told to.
  struct Shared {
    Event begun, asked, gate, ended;
  };
  const auto shared = std::make_shared<Shared>();
  ThreadRef handle = current_thread();
  {
    Thread daemon{[shared](std::stop_token stop) {
      const std::stop_callback tell{stop, [&] { shared->asked.set(); }};
      shared->begun.set();
      shared->gate.wait();
      shared->ended.set();
    }};
    daemon.daemon(true);
    daemon.start();
    handle = daemon;
    shared->begun.wait();
  }
  EXPECT_TRUE(shared->asked.is_set());
  EXPECT_FALSE(shared->ended.is_set());
  EXPECT_TRUE(handle.is_alive());
  shared->gate.set();
  EXPECT_TRUE(handle.join(std::chrono::seconds{20}));
  EXPECT_TRUE(shared->ended.is_set());
}

}  // namespace
}  // namespace tandem::threading
