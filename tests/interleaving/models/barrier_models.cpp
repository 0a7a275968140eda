#include <stdexcept>

#include "tandem/sync/barrier.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::Barrier;
using sync::BrokenBarrierError;

constexpr int broke = -1;

int index_or_broke(Barrier& barrier, Deadline deadline = Deadline::never()) {
  try {
    return barrier.wait(deadline);
  } catch (const BrokenBarrierError&) {
    return broke;
  }
}

TEST(BarrierModels, LetsAllGoWhenTheLastHasCome) {
  explore("a barrier for three", {.preemptions = 3}, [](Model& m) {
    auto& arrived = m.make<base::Atomic<int>>(0);
    auto& acted = m.make<base::Atomic<int>>(0);
    auto& barrier = m.make<Barrier>(3, [&] {
      EXPECT_EQ(arrived.load(), 3) << "the action ran too early";
      acted.fetch_add(1);
    });
    auto& indices = m.make<base::Atomic<int>>(0);
    for (const char* name : {"a", "b", "c"}) {
      m.thread(name, [&] {
        arrived.fetch_add(1);
        indices.fetch_or(1 << barrier.wait());
        EXPECT_EQ(acted.load(), 1) << "went on before the action";
      });
    }
    m.finally([&] {
      EXPECT_EQ(indices.load(), 7) << "each index once";
      EXPECT_EQ(barrier.n_waiting(), 0);
    });
  });
}

// Who is quick waits for the next round while others have not left the last one.
TEST(BarrierModels, RoundsDoNotMix) {
  explore("two rounds", {.preemptions = 4}, [](Model& m) {
    auto& barrier = m.make<Barrier>(2);
    auto& round = m.make<base::Atomic<int>>(0);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        if (barrier.wait() == 1) round.fetch_add(1);
        if (barrier.wait() == 1) round.fetch_add(1);
      });
    }
    m.finally([&] { EXPECT_EQ(round.load(), 2); });
  });
}

// All go or none does: a time-out of one that comes at the same time as the last party breaks it for all, or for nobody.
TEST(BarrierModels, TimeOutBreaksItForAllOrNobody) {
  explore("a time-out", {.preemptions = 4}, [](Model& m) {
    auto& barrier = m.make<Barrier>(2);
    auto& a = m.make<int>(0);
    auto& b = m.make<int>(0);
    m.thread("a", [&] { a = index_or_broke(barrier, 5ms); });
    m.thread("b", [&] { b = index_or_broke(barrier, 5ms); });
    m.finally([&] {
      EXPECT_EQ(a == broke, b == broke);
      EXPECT_EQ(barrier.broken(), a == broke);
      EXPECT_TRUE(a == broke || a + b == 1);
    });
  });
}

TEST(BarrierModels, StopAndCtrlCBreakIt) {
  explore("stop and Ctrl-C", {.preemptions = 4}, [](Model& m) {
    auto& barrier = m.make<Barrier>(2);
    auto& passed = m.make<base::Atomic<int>>(0);
    std::stop_source source;
    m.interrupted_thread("main", [&, source] {
      try {
        barrier.wait(source.get_token());
        passed.fetch_add(1);
      } catch (const BrokenBarrierError&) {
        EXPECT_TRUE(source.stop_requested());
      } catch (const KeyboardInterrupt&) {
      }
    });
    m.thread("b", [&] { passed.fetch_add(index_or_broke(barrier) == broke ? 0 : 1); });
    m.may_request_stop(source);
    m.finally([&] {
      EXPECT_NE(passed.load(), 1) << "one passed alone";
      EXPECT_EQ(barrier.broken(), passed.load() == 0);
    });
  });
}

TEST(BarrierModels, AbortFreesAllWhoWait) {
  explore("abort", {.preemptions = 4}, [](Model& m) {
    auto& barrier = m.make<Barrier>(2);
    auto& a = m.make<int>(0);
    auto& b = m.make<int>(0);
    m.thread("a", [&] { a = index_or_broke(barrier); });
    m.thread("b", [&] { b = index_or_broke(barrier); });
    m.thread("aborts", [&] { barrier.abort(); });
    m.finally([&] {
      EXPECT_EQ(a == broke, b == broke);
      EXPECT_TRUE(barrier.broken());
    });
  });
}

TEST(BarrierModels, AResetBarrierWorksAgain) {
  explore("reset", {.preemptions = 3}, [](Model& m) {
    auto& barrier = m.make<Barrier>(2);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        while (index_or_broke(barrier) == broke) base::cpu_pause();
      });
    }
    m.thread("resets", [&] { barrier.reset(); });
    m.finally([&] {
      EXPECT_FALSE(barrier.broken());
      EXPECT_EQ(barrier.n_waiting(), 0);
    });
  });
}

TEST(BarrierModels, AThrowingActionBreaksIt) {
  explore("an action that throws", {.preemptions = 4}, [](Model& m) {
    auto& barrier = m.make<Barrier>(2, [] { throw std::runtime_error("no start"); });
    auto& told = m.make<base::Atomic<int>>(0);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        try {
          barrier.wait();
          ADD_FAILURE() << "nobody may pass";
        } catch (const BrokenBarrierError&) {
          told.fetch_add(1);
        } catch (const std::runtime_error&) {
          told.fetch_add(10);
        }
      });
    }
    m.finally(
        [&] { EXPECT_EQ(told.load(), 11) << "the one who ran the action gets its exception, the other learns that it is broken"; });
  });
}

}  // namespace
}  // namespace tandem::interleaving
