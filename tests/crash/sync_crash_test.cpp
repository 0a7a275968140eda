// Those who use locks, semaphores, conditions and barriers are killed at random times; the others go on.

#include <mutex>
#include <thread>
#include <vector>

#include "tandem/multiprocessing/barrier.hpp"
#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tests/crash/victim.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

struct Books {
  base::Atomic<std::uint64_t> one, other;  // equal while nobody holds the lock
};
using SharedBooks = mp::RawValue<Books>;

template <class L>
class LockCrash : public CrashTest {};
using Locks = ::testing::Types<mp::Lock, mp::RLock>;
TYPED_TEST_SUITE(LockCrash, Locks);

/// Keeps the books in order, also when somebody else could not.
template <class L>
void keep_books(L lock, SharedBooks books) {
  for (;;) {
    const std::scoped_lock hold{lock};
    if (lock.recovered()) {
      books->other = books->one.load();
    } else if (books->one.load() != books->other.load()) {
      throw std::runtime_error("the books are half-written, and recovered() says nothing");
    }
    books->one.fetch_add(1);
    books->other.fetch_add(1);
  }
}

TYPED_TEST(LockCrash, Contended) {
  TypeParam lock;
  SharedBooks books;
  std::vector<Victim> victims;
  for (int i = 0; i < 3; ++i) victims.emplace_back(keep_books<TypeParam>, lock, books);
  int recovered = 0;
  for (int round = 0; round < rounds(400) && !this->HasFailure(); ++round) {
    this->wait_a_random_time(1000us);
    Victim& victim = victims[this->random_() % victims.size()];
    victim.kill();
    ASSERT_TRUE(lock.acquire(patience)) << "it is held by nobody";
    if (lock.recovered()) {
      ++recovered;
      books->other = books->one.load();
    }
    EXPECT_EQ(books->one.load(), books->other.load());
    lock.release();
    victim = Victim{keep_books<TypeParam>, lock, books};
  }
  this->RecordProperty("recovered", recovered);
}

void use_rooms(mp::Semaphore rooms, mp::RawValue<base::Atomic<int>> visits) {
  for (;;) {
    const mp::Permit room = rooms.hold();
    visits->fetch_add(1);
  }
}

class SyncCrash : public CrashTest {};

TEST_F(SyncCrash, GuardsOfASemaphore) {
  mp::Semaphore rooms{2};
  const mp::RawValue<base::Atomic<int>> visits;
  {
    std::vector<Victim> guests;
    for (int i = 0; i < 4; ++i) guests.emplace_back(use_rooms, rooms, visits);
    for (int round = 0; round < rounds(400) && !HasFailure(); ++round) {
      wait_a_random_time(1000us);
      Victim& victim = guests[random_() % guests.size()];
      victim.kill();
      const int before = visits->load();
      EXPECT_TRUE(eventually([&] { return visits->load() > before; })) << "the permits are lost";
      victim = Victim{use_rooms, rooms, visits};
    }
  }
  std::vector<mp::Permit> all;
  for (int i = 0; i < 2; ++i) {
    all.push_back(rooms.hold(patience));
    EXPECT_TRUE(all.back()) << "a permit is lost";
  }
  EXPECT_FALSE(rooms.hold(Deadline::passed())) << "a permit was made";
}

void count_up(mp::Value<std::array<std::uint64_t, 20>> value) {
  for (;;) {
    value.update([](auto& numbers) {
      for (std::uint64_t& number : numbers) ++number;
    });
  }
}

TEST_F(SyncCrash, Value) {
  mp::Value<std::array<std::uint64_t, 20>> value;
  std::vector<Victim> victims;
  for (int i = 0; i < 2; ++i) victims.emplace_back(count_up, value);
  std::uint64_t before = 0;
  for (int round = 0; round < rounds(400) && !HasFailure(); ++round) {
    wait_a_random_time(500us);
    Victim& victim = victims[random_() % victims.size()];
    victim.kill();
    const auto numbers = value.value();
    for (const std::uint64_t number : numbers) EXPECT_EQ(number, numbers[0]) << "old and new are mixed";
    EXPECT_GE(numbers[0], before);
    before = numbers[0];
    victim = Victim{count_up, value};
  }
}

struct Orders {
  base::Atomic<std::uint32_t> open, waiters;
};

/// Works off orders. Who takes the lock over from a dead one passes on what that one may have been told.
void work_off(mp::Condition condition, mp::RawValue<Orders> orders) {
  for (;;) {
    const std::scoped_lock hold{condition};
    if (condition.recovered()) condition.notify_all();
    orders->waiters.fetch_add(1);
    while (orders->open.load() == 0) {
      condition.wait();
      if (condition.recovered()) condition.notify_all();
    }
    orders->open.fetch_sub(1);
  }
}

TEST_F(SyncCrash, NotifiedWaitersOfACondition) {
  mp::Condition condition;
  const mp::RawValue<Orders> orders;
  const auto waiters_come = [&](std::uint32_t n) {
    return eventually([&] { return orders->waiters.load() >= n && !condition.recovered(); });
  };
  std::vector<Victim> workers;
  for (int i = 0; i < 3; ++i) workers.emplace_back(work_off, condition, orders);
  ASSERT_TRUE(waiters_come(3));
  for (int round = 0; round < rounds(300) && !HasFailure(); ++round) {
    const std::size_t chosen = random_() % workers.size();
    {
      const std::scoped_lock hold{condition};
      orders->open.fetch_add(2);
      condition.notify(2);
    }
    wait_a_random_time(100us);
    workers[chosen].kill();
    {
      const std::scoped_lock hold{condition};
      if (condition.recovered()) condition.notify_all();
    }
    EXPECT_TRUE(eventually([&] { return orders->open.load() == 0; }, patience)) << "orders are open, and the living sleep";
    const std::uint32_t before = orders->waiters.load();
    workers[chosen] = Victim{work_off, condition, orders};
    ASSERT_TRUE(waiters_come(before + 1));
  }
}

void wait_at(mp::Barrier barrier) {
  barrier.wait();
  wait_for_death();
}

/// Ends well if it is told that a party has died.
void expect_a_death_at(mp::Barrier barrier) {
  try {
    barrier.wait();
  } catch (const mp::BrokenBarrierError& broken) {
    if (std::string{broken.what()}.find("died while it waited") != std::string::npos) return;
    throw;
  }
  throw std::runtime_error("the barrier has let it pass, and a party is missing");
}

TEST_F(SyncCrash, PartiesOfABarrier) {
  mp::Barrier barrier{3};
  for (int round = 0; round < rounds(30) && !HasFailure(); ++round) {
    mp::Process survivor{expect_a_death_at, barrier};
    Victim victim{wait_at, barrier};
    survivor.start();
    ASSERT_TRUE(eventually([&] { return barrier.n_waiting() == 2; }));
    victim.kill();
    EXPECT_TRUE(survivor.join(patience));
    EXPECT_EQ(survivor.exitcode(), 0);
    EXPECT_TRUE(barrier.broken());
    barrier.reset();
  }
}

}  // namespace
}  // namespace tandem::test
