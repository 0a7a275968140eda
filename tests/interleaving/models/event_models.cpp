#include <memory>

#include "tandem/sync/event.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::Event;
using sync::LocalFutex;

TEST(EventModels, SetFreesAllWhoWait) {
  explore("set frees all", {.preemptions = 4}, [](Model& m) {
    auto& event = m.make<Event>();
    auto& told = m.make<base::Atomic<int>>(0);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        EXPECT_TRUE(event.wait());
        EXPECT_EQ(told.load(), 1);
      });
    }
    m.thread("sets", [&] {
      told.store(1);
      event.set();
    });
  });
}

// Whoever waits already is let go by set(), however soon clear() follows.
TEST(EventModels, SetAndClearFreesAllWhoWaited) {
  explore("set(); clear();", {.preemptions = 4}, [](Model& m) {
    auto& event = m.make<Event>();
    for (const char* name : {"a", "b"}) m.thread(name, [&] { EXPECT_TRUE(event.wait()); });
    m.thread("pulses", [&] {
      while (LocalFutex::parked() < 2) base::cpu_pause();
      event.set();
      event.clear();
    });
    m.finally([&] { EXPECT_FALSE(event.is_set()); });
  });
}

TEST(EventModels, TimeOutAndSetMeet) {
  explore("time-out and set", {.preemptions = 6}, [](Model& m) {
    auto& event = m.make<Event>();
    auto& set = m.make<base::Atomic<int>>(0);
    m.thread("waits", [&] {
      const Stopwatch watch;
      const int before = set.load();
      if (!event.wait(5ms)) {
        EXPECT_GE(watch.passed(), 5ms);
        EXPECT_EQ(before, 0) << "it was up already";
      } else {
        EXPECT_TRUE(event.is_set());
      }
    });
    m.thread("sets", [&] {
      event.set();
      set.store(1);
    });
  });
}

TEST(EventModels, CtrlCStopAndSetMeet) {
  explore("Ctrl-C, stop and set", {.preemptions = 3}, [](Model& m) {
    auto& event = m.make<Event>();
    std::stop_source source;
    m.interrupted_thread("main", [&, source] {
      const Ending ending = ending_of([&] { return event.wait(source.get_token()); });
      EXPECT_TRUE(ending != Ending::yes || event.is_set());
      EXPECT_TRUE(ending != Ending::no || source.stop_requested());
    });
    m.thread("patient", [&] { EXPECT_TRUE(event.wait()); });
    m.thread("sets", [&] { event.set(); });
    m.may_request_stop(source);
  });
}

// As soon as wait() has returned true, the event may be destroyed: the set() that is still under way does not touch it.
TEST(EventModels, MayBeDestroyedByWhoWasLetGo) {
  explore("an event that is destroyed", {.preemptions = 6}, [](Model& m) {
    auto& event = m.make<std::unique_ptr<Event>>(std::make_unique<Event>());
    m.thread("waits and destroys", [&] {
      EXPECT_TRUE(event->wait());
      event.reset();
    });
    m.thread("sets", [raw = event.get()] { raw->set(); });
  });
}

}  // namespace
}  // namespace tandem::interleaving
