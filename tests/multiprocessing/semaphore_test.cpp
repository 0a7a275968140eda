// Semaphores between processes, and what becomes of permits when their holder dies.

#include "tandem/multiprocessing/semaphore.hpp"

#include <array>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tests/multiprocessing/forked_child.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

/// How many permits there are in all, once nobody uses any and the dead have been looked after.
int count_permits(mp::Semaphore& semaphore) {
  std::vector<mp::Permit> all;
  while (mp::Permit permit = semaphore.hold(Deadline::passed())) all.push_back(std::move(permit));
  return static_cast<int>(all.size());
}

TEST(SharedSemaphore, NeverMoreProcessesInsideThanPermits) {
  mp::Semaphore rooms{2};
  struct Inside {
    base::Atomic<int> now, too_many;
  };
  const Common<Inside> inside;
  std::vector<Child> guests;
  for (int guest = 0; guest < 4; ++guest) {
    guests.emplace_back([&, guest] {
      for (int visit = 0; visit < 4000; ++visit) {
        mp::Permit permit;
        if (guest % 2 == 0) {
          permit = rooms.hold();
        } else {
          rooms.acquire();
        }
        inside->too_many += ++inside->now > 2;
        --inside->now;
        if (guest % 2 != 0) rooms.release();
      }
      return 0;
    });
  }
  for (Child& guest : guests) EXPECT_EQ(guest.wait(), 0);
  EXPECT_EQ(inside->too_many.load(), 0);
  EXPECT_EQ(rooms.value(), 2);
}

TEST(SharedSemaphore, APlainPermitDiesWithItsTaker) {
  mp::Semaphore semaphore{1};
  Child taker{[&] { return semaphore.acquire() ? 0 : 1; }};
  EXPECT_EQ(taker.wait(), 0);
  EXPECT_FALSE(semaphore.acquire(300ms)) << "nobody had it, so nobody can know that it is lost";
  semaphore.release();
  EXPECT_EQ(semaphore.value(), 1);
}

class SharedPermit : public ::testing::Test {
 protected:
  Child holder(int permits = 1) {
    Flag& is_held = *ready;
    Child child{[&] {
      std::vector<mp::Permit> held;
      for (int i = 0; i < permits; ++i) held.push_back(rooms.hold());
      raise(is_held);
      wait_for_death();
      return 0;
    }};
    EXPECT_TRUE(raised(is_held));
    is_held = 0;
    return child;
  }

  mp::BoundedSemaphore rooms{2, "rooms"};
  Common<Flag> ready;
};

TEST_F(SharedPermit, IsGivenBackAtItsEnd) {
  {
    const mp::Permit room = rooms.hold();
    EXPECT_TRUE(room);
    EXPECT_EQ(rooms.value(), 1);
    mp::Permit second = rooms.hold(1s);
    EXPECT_EQ(rooms.value(), 0);
    EXPECT_FALSE(rooms.hold(Deadline::passed()));
    EXPECT_FALSE(rooms.hold(5ms));
    mp::Permit third = std::move(second);
    EXPECT_TRUE(third);
    EXPECT_FALSE(second);  // NOLINT: that is the question
    EXPECT_EQ(rooms.value(), 0);
    third.release();
    third.release();
    EXPECT_EQ(rooms.value(), 1) << "once";
    third = rooms.hold();
    third = mp::Permit{};
    EXPECT_EQ(rooms.value(), 1);
    EXPECT_FALSE(mp::Permit{});
  }
  EXPECT_EQ(rooms.value(), 2);
  EXPECT_THROW(rooms.release(), std::invalid_argument);
}

TEST_F(SharedPermit, ComesBackWhenItsProcessDies) {
  Child two = holder(2);
  Child waiter{[&] { return rooms.acquire(20s) ? 0 : 1; }};
  ASSERT_TRUE(waiter.asleep());
  EXPECT_FALSE(rooms.acquire(false));
  const auto begin = Deadline::Clock::now();
  two.kill();
  EXPECT_EQ(waiter.wait(), 0);
  EXPECT_LT(Deadline::Clock::now() - begin, soon);
  EXPECT_EQ(count_permits(rooms), 1) << "the other one; the waiter's went with it";
  rooms.release();
  EXPECT_EQ(rooms.value(), 2);
}

TEST_F(SharedPermit, AlsoToWhoOnlyTries) {
  for (int round = 0; round < 3; ++round) {
    Child one = holder();
    Child other = holder();
    EXPECT_FALSE(rooms.acquire(false));
    platform::kill_child(one.pid());
    EXPECT_TRUE(rooms.acquire(false));
    EXPECT_FALSE(rooms.acquire(false)) << "the other one lives";
    rooms.release();
    other.kill();
    other.wait();
    EXPECT_EQ(count_permits(rooms), 2);
  }
}

TEST_F(SharedPermit, OfAStoppedProcessStaysWithIt) {
  Child two = holder(2);
  two.send(SIGSTOP);
  ASSERT_TRUE(two.stopped());
  EXPECT_FALSE(rooms.acquire(400ms));
}

TEST_F(SharedPermit, InAForkedChildIsItsParents) {
  const mp::Permit room = rooms.hold();
  Child child{[&] {
    mp::Permit mine = std::move(const_cast<mp::Permit&>(room));
    mine.release();
    return rooms.value();
  }};
  EXPECT_EQ(child.wait(), 1);
  EXPECT_EQ(rooms.value(), 1);
}

TEST_F(SharedPermit, ThoseWhoOnlyWaitedLeaveNothing) {
  Child two = holder(2);
  for (int round = 0; round < 3; ++round) {
    Child waiter{[&] { return rooms.hold() ? 0 : 1; }};
    ASSERT_TRUE(waiter.asleep());
    waiter.kill();
    waiter.wait();
  }
  two.kill();
  two.wait();
  EXPECT_EQ(count_permits(rooms), 2);
}

TEST_F(SharedPermit, IsRefusedBeyondTheTable) {
  mp::Semaphore many{5000};
  std::vector<mp::Permit> all;
  for (int i = 0; i < 4095; ++i) all.push_back(many.hold());
  try {
    static_cast<void>(many.hold());
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("4095"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(many.acquire(false)) << "it has no such limit";
  many.release();
  all.pop_back();
  EXPECT_TRUE(many.hold());
  all.clear();
  EXPECT_EQ(many.value(), 5000);
}

// Misuse of permits must not make a guard's end one: it is in a destructor.
TEST_F(SharedPermit, OnePermitTooManyVanishes) {
  {
    const mp::Permit room = rooms.hold();
    rooms.release();
    EXPECT_EQ(rooms.value(), 2);
  }
  EXPECT_EQ(rooms.value(), 2);
}

TEST_F(SharedPermit, OfAnArgument) {
  mp::Process process{[](mp::Semaphore its) {
                        auto room = its.hold();
                        platform::exit_now(its.value());
                      },
                      rooms};
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 1);
  EXPECT_EQ(count_permits(rooms), 2);
}

// Processes that take and give back as quickly as they can, killed at random: however many, no permit is lost or made.
TEST_F(SharedPermit, NoneIsLostOrMadeByAnyDeath) {
  auto random = random_engine();
  const Common<std::array<base::Atomic<long>, 3>> visits;
  for (int round = 0; round < 150; ++round) {
    std::vector<Child> guests;
    for (std::size_t guest = 0; guest < 3; ++guest) {
      guests.emplace_back([&, guest] {
        for (;;) {
          const bool plain = (*visits)[guest].load() % 8 == 7;
          if (plain && rooms.acquire(Deadline::passed())) rooms.release();  // between them, those without a name
          const mp::Permit room = rooms.hold();
          ++(*visits)[guest];
        }
        return 0;
      });
    }
    const long before = (*visits)[2].load();
    ASSERT_TRUE(eventually([&] { return (*visits)[2].load() > before + 20; }));
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 500});
    // One of them dies alone and the others go on.
    guests[0].kill();
    const long then = (*visits)[1].load() + (*visits)[2].load();
    ASSERT_TRUE(eventually([&] { return (*visits)[1].load() + (*visits)[2].load() > then + 20; })) << "in round " << round;
    guests.clear();
    // Plain permits may be lost with the killed, and then no more; so they are counted apart.
    const int left = count_permits(rooms);
    ASSERT_LE(left, 2) << "one was made, in round " << round;
    for (int lost = 2 - left; lost > 0; --lost) rooms.release();
  }
}

TEST_F(SharedPermit, NoneOfThoseWithAnOwnerIsLost) {
  auto random = random_engine();
  const Common<base::Atomic<long>> visits;
  for (int round = 0; round < 200; ++round) {
    std::vector<Child> guests;
    for (int guest = 0; guest < 3; ++guest) {
      guests.emplace_back([&] {
        for (;;) {
          const mp::Permit room = rooms.hold();
          ++*visits;
        }
        return 0;
      });
    }
    const long before = visits->load();
    ASSERT_TRUE(eventually([&] { return visits->load() > before + 50; })) << "in round " << round;
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 500});
    guests.clear();
    ASSERT_EQ(count_permits(rooms), 2) << "in round " << round;
  }
}

}  // namespace
}  // namespace tandem::test
