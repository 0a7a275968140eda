// PAINS 25: cancel, completion and time-out race; each future ends exactly once, and everybody who waits learns which way.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::futures {
namespace {

using test::rounds;
using threading::Thread;
using Random = std::mt19937_64;

/// Spins for up to about a microsecond, so that two threads meet at ever other places.
void dither(Random& random) {
  for (auto n = random() % 64; n > 0; --n) base::cpu_pause();
}

/// What one round of the race ended in, counted by those who took part.
struct Ends {
  base::Atomic<int> results{0}, errors{0}, cancellations{0}, callbacks{0};
};

/// Waits for everybody at the start of a round, so that the racers start together. Who has looked around for some microseconds
/// sleeps: where others want the processors too, giving way to them at each of a hundred thousand rounds would take minutes.
class StartLine {
 public:
  explicit StartLine(int racers) : racers_{racers} {}
  void wait() {
    const int round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == racers_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      round_.notify_all();
      return;
    }
    for (int looks = 500; looks > 0; --looks) {
      if (round_.load(std::memory_order_acquire) != round) return;
      base::cpu_pause();
    }
    round_.wait(round, std::memory_order_acquire);
  }

 private:
  const int racers_;
  std::atomic<int> arrived_{0};
  std::atomic<int> round_{0};
};

// A hundred thousand races of cancel() against a worker that begins and finishes.
TEST(FutureStress, CancelAgainstCompletion) {
  const int n = rounds(100'000);
  static_cast<void>(test::seed());
  StartLine line{2};
  std::vector<Future<int>> futures(static_cast<std::size_t>(n));
  Ends ends;
  for (auto& future : futures) {
    future = Future<int>{};
    future.add_done_callback([&](auto& done) {
      ++ends.callbacks;
      ++(done.cancelled() ? ends.cancellations : done.exception() ? ends.errors : ends.results);
    });
  }
  int cancelled = 0;
  int finished = 0;
  {
    const Thread worker = Thread::started([&, futures]() mutable {
      Random random = test::random_engine(1);
      for (int i = 0; i < n; ++i) {
        auto& future = futures[static_cast<std::size_t>(i)];
        const bool fails = random() % 2 == 0;
        line.wait();
        dither(random);
        if (!future.set_running_or_notify_cancel()) continue;
        fails ? future.set_exception(std::runtime_error{"x"}) : future.set_result(i);
        ++finished;
      }
    });
    Random random = test::random_engine(2);
    for (auto& future : futures) {
      line.wait();
      dither(random);
      cancelled += future.cancel() ? 1 : 0;
    }
  }
  EXPECT_EQ(cancelled + finished, n) << "the canceller and the worker agree on who won";
  EXPECT_EQ(ends.callbacks.load(), n);
  EXPECT_EQ(ends.cancellations.load(), cancelled);
  EXPECT_EQ(ends.results.load() + ends.errors.load(), finished);
}

// The same in a pool, with a third who waits with a time-out and a fourth who watches several at once.
TEST(FutureStress, CancelTimeOutAndWatchAgainstAPool) {
  const int batches = rounds(5'000);
  Random random = test::random_engine();
  ThreadPoolExecutor pool{2};
  base::Atomic<int> ran{0};
  int cancelled = 0;
  for (int batch = 0; batch < batches; ++batch) {
    std::vector<Future<int>> futures;
    for (int i = 0; i < 4; ++i) futures.push_back(pool.submit([&ran, i] { return ++ran, i; }));
    auto& victim = futures[random() % 4];
    dither(random);
    cancelled += victim.cancel() ? 1 : 0;
    static_cast<void>(victim.wait(std::chrono::microseconds{random() % 30}));
    switch (random() % 3) {
      case 0:
        static_cast<void>(wait(futures, Deadline::never(), FIRST_COMPLETED));
        break;
      case 1:
        for (auto& future : as_completed(futures)) {
          ASSERT_TRUE(future.done());
          if (random() % 2 == 0) break;
        }
        break;
      default:
        static_cast<void>(wait(futures, std::chrono::microseconds{random() % 30}));
    }
    ASSERT_TRUE(victim.wait(std::chrono::seconds{20}));
  }
  pool.shutdown();
  EXPECT_EQ(ran.load() + cancelled, 4 * batches);
}

// Many wait, each in another way, and all are released once, whatever the way in which the future ends.
TEST(FutureStress, AllKindsOfWaitersLearnOfTheEnd) {
  const int n = rounds(5'000);
  static_cast<void>(test::seed());
  constexpr int waiters = 3;
  StartLine line{waiters + 1};
  std::vector<Future<int>> futures;
  for (int i = 0; i < n; ++i) futures.emplace_back();
  {
    std::vector<Thread> threads;
    for (std::uint32_t w = 0; w < waiters; ++w) {
      threads.push_back(Thread::started([&, w, futures]() mutable {
        Random mine = test::random_engine(10 + w);
        for (auto& future : futures) {
          line.wait();
          dither(mine);
          if (w == 0) {
            EXPECT_TRUE(future.wait());
          } else if (w == 1) {
            while (!future.wait(std::chrono::microseconds{mine() % 10})) {
            }
          } else {
            EXPECT_EQ(wait(std::vector{future}).done.size(), 1U);
          }
          EXPECT_TRUE(future.done());
        }
      }));
    }
    Random random = test::random_engine(20);
    for (auto& future : futures) {
      const auto end = random() % 3;
      line.wait();
      dither(random);
      if (end == 0) {
        EXPECT_TRUE(future.cancel());
      } else {
        future.set_running_or_notify_cancel();
        end == 1 ? future.set_result(1) : future.set_exception(std::runtime_error{"x"});
      }
    }
  }
}

}  // namespace
}  // namespace tandem::futures
