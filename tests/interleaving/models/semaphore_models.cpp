#include <stdexcept>

#include "tandem/sync/semaphore.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::BoundedSemaphore;
using sync::Semaphore;

TEST(SemaphoreModels, LetsInAsManyAsThereArePermits) {
  explore("two permits for three", {.preemptions = 4}, [](Model& m) {
    auto& semaphore = m.make<Semaphore>(2);
    auto& place = m.make<Place>(2);
    for (const char* name : {"a", "b", "c"}) {
      m.thread(name, [&] {
        semaphore.acquire();
        place.visit();
        semaphore.release();
      });
    }
    m.finally([&] {
      EXPECT_TRUE(semaphore.acquire(false) && semaphore.acquire(false));
      EXPECT_FALSE(semaphore.acquire(false));
    });
  });
}

TEST(SemaphoreModels, AReleaseOfTwoWakesTwo) {
  explore("release(2)", {.preemptions = 4}, [](Model& m) {
    auto& semaphore = m.make<Semaphore>(0);
    for (const char* name : {"a", "b"}) m.thread(name, [&] { semaphore.acquire(); });
    m.thread("releases", [&] { semaphore.release(2); });
    m.finally([&] { EXPECT_FALSE(semaphore.acquire(false)); });
  });
}

TEST(SemaphoreModels, TwoReleasesAtATimeWakeTwo) {
  explore("two releases", {.preemptions = 3}, [](Model& m) {
    auto& semaphore = m.make<Semaphore>(0);
    for (const char* name : {"a", "b"}) m.thread(name, [&] { semaphore.acquire(); });
    for (const char* name : {"c", "d"}) m.thread(name, [&] { semaphore.release(); });
    m.finally([&] { EXPECT_FALSE(semaphore.acquire(false)); });
  });
}

TEST(SemaphoreModels, APermitIsHandedToOneWhoWaitedTooLong) {
  explore("a permit is handed over", {.preemptions = 3}, [](Model& m) {
    auto& semaphore = m.make<Semaphore>(1);
    auto& place = m.make<Place>();
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        semaphore.acquire();
        place.visit();
        semaphore.release();
      });
    }
    m.thread("comes along", [&] {
      if (!semaphore.acquire(false)) return;
      place.visit();
      semaphore.release();
    });
    m.may_pass(2ms);
    m.finally([&] {
      EXPECT_TRUE(semaphore.acquire(false));
      EXPECT_FALSE(semaphore.acquire(false));
    });
  });
}

TEST(SemaphoreModels, WhoGivesUpTakesNoPermitAlong) {
  explore("give-ups take no permit along", {.preemptions = 3}, [](Model& m) {
    auto& semaphore = m.make<Semaphore>(0);
    auto& taken = m.make<base::Atomic<int>>(0);
    m.thread("hurried", [&] {
      const Stopwatch watch;
      if (semaphore.acquire(5ms)) {
        taken.fetch_add(1);
      } else {
        EXPECT_GE(watch.passed(), 5ms);
      }
    });
    m.thread("patient", [&] {
      semaphore.acquire();
      taken.fetch_add(1);
    });
    m.thread("releases", [&] {
      semaphore.release();
      semaphore.release();
    });
    m.finally([&] {
      while (semaphore.acquire(false)) taken.fetch_add(1);
      EXPECT_EQ(taken.load(), 2);
    });
  });
}

TEST(SemaphoreModels, CtrlCTakesNoPermitAlong) {
  explore("Ctrl-C takes no permit along", {.preemptions = 3}, [](Model& m) {
    auto& semaphore = m.make<Semaphore>(0);
    auto& taken = m.make<base::Atomic<int>>(0);
    m.interrupted_thread("main", [&] {
      const Ending ending = ending_of([&] { return semaphore.acquire(); });
      EXPECT_NE(ending, Ending::no);
      if (ending == Ending::yes) taken.fetch_add(1);
    });
    m.thread("patient", [&] {
      semaphore.acquire();
      taken.fetch_add(1);
    });
    m.thread("releases", [&] { semaphore.release(2); });
    m.finally([&] {
      while (semaphore.acquire(false)) taken.fetch_add(1);
      EXPECT_EQ(taken.load(), 2);
    });
  });
}

TEST(SemaphoreModels, ARequestToStopTakesNoPermitAlong) {
  explore("stop takes no permit along", {.preemptions = 3}, [](Model& m) {
    auto& semaphore = m.make<Semaphore>(0);
    auto& taken = m.make<base::Atomic<int>>(0);
    std::stop_source source;
    m.thread("asked to stop", [&, source] {
      if (semaphore.acquire(source.get_token())) {
        taken.fetch_add(1);
      } else {
        EXPECT_TRUE(source.stop_requested());
      }
    });
    m.thread("patient", [&] {
      semaphore.acquire();
      taken.fetch_add(1);
    });
    m.thread("releases", [&] { semaphore.release(2); });
    m.may_request_stop(source);
    m.finally([&] {
      while (semaphore.acquire(false)) taken.fetch_add(1);
      EXPECT_EQ(taken.load(), 2);
    });
  });
}

TEST(SemaphoreModels, ABoundedOneRefusesOneOfTwoReleases) {
  explore("a bounded one", {.preemptions = 6}, [](Model& m) {
    auto& semaphore = m.make<BoundedSemaphore>(1);
    auto& refused = m.make<base::Atomic<int>>(0);
    semaphore.acquire();
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        try {
          semaphore.release();
        } catch (const std::invalid_argument&) {
          refused.fetch_add(1);
        }
      });
    }
    m.finally([&] {
      EXPECT_EQ(refused.load(), 1);
      EXPECT_TRUE(semaphore.acquire(false));
      EXPECT_FALSE(semaphore.acquire(false));
    });
  });
}

}  // namespace
}  // namespace tandem::interleaving
