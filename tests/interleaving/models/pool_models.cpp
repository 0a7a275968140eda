#include <array>

#include "tandem/futures/central_queue.hpp"
#include "tandem/futures/crew_word.hpp"
#include "tandem/futures/work_deque.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/semaphore_word.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using futures::CentralQueue;
using futures::CrewWord;
using futures::Runnable;
using futures::WorkDeque;

// ---- the deque

/// Items that are taken once each, and by nobody twice.
struct Hoard {
  static constexpr std::size_t most = 4;
  WorkDeque<int> deque{2};  // so small that it grows
  std::array<int, most> items{};
  std::array<base::Atomic<int>, most> taken{};

  void push(std::size_t item) { deque.push(&items[item]); }
  bool note(const int* item) {
    if (item == nullptr) return false;
    EXPECT_EQ(taken[static_cast<std::size_t>(item - items.data())].fetch_add(1), 0) << "given out twice";
    return true;
  }
  void take_back(std::size_t item) {
    if (deque.take_back(&items[item])) note(&items[item]);
  }
  /// By the owner: leaves nothing.
  void empty() {
    while (note(deque.take())) {
    }
  }
  void expect_taken(std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(taken[i].load(), 1) << "item " << i;
  }
};

TEST(PoolModels, TheOwnerAndAThiefGoForTheLastItem) {
  explore("the last item", {.preemptions = 5}, [](Model& m) {
    auto& hoard = m.make<Hoard>();
    m.thread("owner", [&] {
      hoard.push(0);
      hoard.take_back(0);
      hoard.push(1);
      hoard.take_back(1);
      hoard.empty();
    });
    m.thread("thief", [&] {
      hoard.note(hoard.deque.take());
      hoard.note(hoard.deque.take());
    });
    m.finally([&] { hoard.expect_taken(2); });
  });
}

TEST(PoolModels, TwoThievesAndAnOwnerWhoTakesBack) {
  explore("two thieves", {.preemptions = 3}, [](Model& m) {
    auto& hoard = m.make<Hoard>();
    m.thread("owner", [&] {
      for (const std::size_t item : {0, 1, 2}) hoard.push(item);
      hoard.take_back(2);
      hoard.take_back(1);
      hoard.empty();
    });
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] { hoard.note(hoard.deque.take()); });
    }
    m.finally([&] { hoard.expect_taken(3); });
  });
}

TEST(PoolModels, TheDequeGrowsUnderAThief) {
  explore("a deque grows", {.preemptions = 4}, [](Model& m) {
    auto& hoard = m.make<Hoard>();
    m.thread("owner", [&] {
      for (const std::size_t item : {0, 1, 2, 3}) hoard.push(item);
      if (hoard.deque.take_if_oldest(&hoard.items[0])) hoard.note(&hoard.items[0]);
      hoard.empty();
    });
    m.thread("thief", [&] {
      hoard.note(hoard.deque.take());
      hoard.note(hoard.deque.take());
    });
    m.finally([&] { hoard.expect_taken(4); });
  });
}

// ---- who wakes whom

/// A task that says when it has run.
class Errand final : public Runnable {
 public:
  void run_if_pending() noexcept override { done_.set(); }
  void cancel_pending() noexcept override {}
  void fail_pending(const std::exception_ptr&) noexcept override {}
  bool pending() const noexcept override { return !done_.is_set(); }
  void await() { done_.wait(); }

 private:
  sync::Event done_;
};

/// ThreadEngine in small: workers that sleep already, the centre, and a deque that one of them may put something in.
struct SmallPool {
  static constexpr std::uint32_t workers = 2;

  SmallPool() {
    for (std::uint32_t i = 0; i < workers; ++i) {
      EXPECT_EQ(crew.ring(true), CrewWord::Ring::recruit);
      crew.end_search();
    }
    for (std::uint32_t i = 0; i < workers; ++i) crew.falls_asleep(false);
  }

  bool any_queued() const { return central.size() != 0 || !deque.empty(); }
  bool is_over() const { return closed.load() && !any_queued(); }
  void ring() {
    if (crew.ring(false) == CrewWord::Ring::sleeper) static_cast<void>(bell.release(1));
  }
  void wake_all() {
    if (const std::uint32_t asleep = crew.wake_all(); asleep != 0) static_cast<void>(bell.release(asleep));
  }
  Runnable* find() {
    Runnable* const task = deque.take();
    return task != nullptr ? task : central.take();
  }

  void submit(Runnable& task) {
    EXPECT_TRUE(central.put(task));
    ring();
  }
  void work() {
    for (;;) {
      static_cast<void>(bell.acquire(Deadline::never(), {.allowed = false}));
      for (bool searching = true;; searching = false) {
        Runnable* task = find();
        if (task == nullptr && !searching) searching = crew.begin_search();
        if (task == nullptr && searching) task = find();
        if (task == nullptr) {
          if (is_over()) {
            crew.leaves(searching);
            wake_all();
            return;
          }
          crew.falls_asleep(searching);
          if (any_queued()) ring();
          if (is_over()) wake_all();
          break;
        }
        if (searching) {
          crew.end_search();
          if (any_queued()) ring();
        }
        task->run_if_pending();
      }
    }
  }
  void close() {
    central.close();
    closed.store(true);
    wake_all();
  }

  CentralQueue central;
  WorkDeque<Runnable> deque;
  CrewWord crew{workers, workers};
  sync::SemaphoreWord<sync::LocalFutex> bell{0};
  base::Atomic<bool> closed{false};
};

// Whoever submits waits for the result before it closes the pool: a wake-up that is lost stays lost.
TEST(PoolModels, EachTaskFindsAWorker) {
  explore("tasks find workers", {.preemptions = 2}, [](Model& m) {
    auto& pool = m.make<SmallPool>();
    auto& errands = m.make<std::array<Errand, 2>>();
    m.thread("a", [&] { pool.work(); });
    m.thread("b", [&] { pool.work(); });
    m.thread("submits", [&] {
      for (Errand& errand : errands) pool.submit(errand);
      for (Errand& errand : errands) errand.await();
      pool.close();
    });
  });
}

TEST(PoolModels, ATaskThatComesWhenItsWorkerFallsAsleep) {
  explore("a task and a nap", {.preemptions = 2}, [](Model& m) {
    auto& pool = m.make<SmallPool>();
    auto& errands = m.make<std::array<Errand, 2>>();
    m.thread("a", [&] { pool.work(); });
    m.thread("b", [&] { pool.work(); });
    m.thread("submits", [&] {
      for (Errand& errand : errands) {
        pool.submit(errand);
        errand.await();
      }
      pool.close();
    });
  });
}

/// Submits to its own deque, and does not go on before that has run: so somebody else must come for it.
class Leader final : public Runnable {
 public:
  explicit Leader(SmallPool& pool) : pool_{pool} {}
  void run_if_pending() noexcept override {
    pool_.deque.push(&follower_);
    pool_.ring();
    follower_.await();
    done_.set();
  }
  void cancel_pending() noexcept override {}
  void fail_pending(const std::exception_ptr&) noexcept override {}
  bool pending() const noexcept override { return !done_.is_set(); }
  void await() { done_.wait(); }

 private:
  SmallPool& pool_;
  Errand follower_;
  sync::Event done_;
};

TEST(PoolModels, SomebodyComesForWhatABusyWorkerHasSubmitted) {
  explore("a busy worker's deque", {.preemptions = 2}, [](Model& m) {
    auto& pool = m.make<SmallPool>();
    auto& leader = m.make<Leader>(pool);
    m.thread("a", [&] { pool.work(); });
    m.thread("b", [&] { pool.work(); });
    m.thread("submits", [&] {
      pool.submit(leader);
      leader.await();
      pool.close();
    });
  });
}

TEST(PoolModels, AllWorkersEnd) {
  explore("a pool ends", {.preemptions = 3}, [](Model& m) {
    auto& pool = m.make<SmallPool>();
    auto& errand = m.make<Errand>();
    m.thread("a", [&] { pool.work(); });
    m.thread("b", [&] { pool.work(); });
    m.thread("submits", [&] {
      pool.submit(errand);
      pool.close();
    });
    m.finally([&] { EXPECT_FALSE(errand.pending()); });
  });
}

}  // namespace
}  // namespace tandem::interleaving
