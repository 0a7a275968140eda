#include <iostream>

#include <gtest/gtest.h>

#include "tandem/platform/process_id.hpp"
#include "tests/multiprocessing/ring_fixture.hpp"
#include "tests/support/stepping.hpp"

namespace tandem::test {
namespace {

using multiprocessing::MessageRing;
using multiprocessing::OutgoingMessage;
using Texts = std::vector<std::string>;
using Outcome = MessageRing::Outcome;

/// An operation on a queue, and what is right to be in it when its process has died in the middle.
struct Case {
  void (*set_up)(TestRing&);
  void (*operation)(TestRing&);
  std::size_t takes;  ///< How many messages it takes at once.
  Texts puts;         ///< What it puts at once.
};

/// What happens once in a process. Functions of shared libraries are looked up by warm_up(), in the parent.
void prepare() { platform::this_process(); }

void warm_up(const Case& what) {
  TestRing ring;
  what.set_up(ring);
  what.operation(ring);
}

bool dies_after(int steps, const Case& what, TestRing& ring) {
  what.set_up(ring);
  return !ended_within(steps, prepare, [&] { what.operation(ring); });
}

void expect_all_or_nothing(const Case& what, const Texts& before, int steps) {
  Texts after{before.begin() + static_cast<std::ptrdiff_t>(what.takes), before.end()};
  after.insert(after.end(), what.puts.begin(), what.puts.end());

  TestRing ring;
  const bool died = dies_after(steps, what, ring);
  const std::size_t size = ring->qsize();
  // Survivors put and get.
  ASSERT_EQ(ring.put("survivor"), Outcome::done);
  Texts found = ring.get_all();
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.back(), "survivor");
  found.pop_back();
  EXPECT_EQ(found.size(), size);
  EXPECT_TRUE(found == after || (died && found == before)) << found.size() << " messages are in it";
  // And go on doing so, through another ring and back.
  for (std::size_t i = 0; i < 20; ++i) ASSERT_EQ(ring.put(text_of(5000, i)), Outcome::done);
  for (std::size_t i = 0; i < 20; ++i) ASSERT_EQ(ring.get(), text_of(5000, i));
}

/// How many instructions it takes, give or take a few.
int steps_of(const Case& what) {
  const auto ends = [&](int steps) {
    TestRing ring;
    return !dies_after(steps, what, ring);
  };
  int most = 256;
  while (!ends(most)) most *= 2;
  int least = most / 2;
  while (most - least > 1) {
    const int middle = least + (most - least) / 2;
    (ends(middle) ? most : least) = middle;
  }
  return most;
}

/// Kills at each instruction; in a long operation only at some, `most_kills` in all.
void kill_everywhere(const Case& what, int most_kills = 300) {
  warm_up(what);
  TestRing untouched;
  what.set_up(untouched);
  const Texts before = untouched.get_all();
  const int steps = steps_of(what);
  const int stride = (steps + most_kills - 1) / most_kills;
  std::cout << steps << " instructions, killed at " << (stride == 1 ? "each" : "one of " + std::to_string(stride)) << '\n';
  for (int at = 1; at <= steps + 1; at += stride) {
    SCOPED_TRACE("killed after " + std::to_string(at) + " instructions");
    expect_all_or_nothing(what, before, at);
    if (::testing::Test::HasFailure()) return;
  }
}

void put_two(TestRing& ring) {
  ring.put("first");
  ring.put("second");
}

void fill_first_ring(TestRing& ring) {
  for (std::size_t i = 0; i < 13; ++i) ring.put(text_of(4992, i));  // 65,000 of 65,536 bytes
}

void take_one(TestRing& ring) {
  ring->get([](const multiprocessing::IncomingMessage&) {}, Deadline::passed());
}

constexpr int each = 10'000;

constexpr std::string_view third = "the third message";
void put_third(TestRing& ring) {
  ring->put(
      {third.size()}, [](std::span<std::byte> place) { TestRing::copy(third, place); }, Deadline::passed());
}

TEST(MessageRingSteps, APutIsSafeToDieIn) { kill_everywhere({put_two, put_third, 0, {std::string{third}}}, each); }

TEST(MessageRingSteps, AGetIsSafeToDieIn) { kill_everywhere({put_two, take_one, 1, {}}, each); }

TEST(MessageRingSteps, ABatchIsSafeToDieIn) {
  constexpr auto put_three = [](TestRing& ring) {
    std::size_t in = 0;
    ring->put_many(
        in, 3, [](std::size_t) { return OutgoingMessage{third.size()}; },
        [](std::size_t, std::span<std::byte> place) { TestRing::copy(third, place); }, Deadline::passed());
  };
  const std::string text{third};
  kill_everywhere({put_two, put_three, 0, {text, text, text}});
}

TEST(MessageRingSteps, GoingAroundIsSafeToDieIn) {
  constexpr auto leave_room_in_front = [](TestRing& ring) {
    fill_first_ring(ring);
    for (int i = 0; i < 10; ++i) ring.get();
  };
  static const std::string text = text_of(2000, 1);
  constexpr auto put = [](TestRing& ring) {
    ring->put(
        {text.size()}, [](std::span<std::byte> place) { TestRing::copy(text, place); }, Deadline::passed());
  };
  kill_everywhere({leave_room_in_front, put, 0, {text}});
}

TEST(MessageRingSteps, MovingToALargerRingIsSafeToDieIn) {
  static const std::string text = text_of(1000, 1);
  constexpr auto put = [](TestRing& ring) {
    ring->put(
        {text.size()}, [](std::span<std::byte> place) { TestRing::copy(text, place); }, Deadline::passed());
  };
  kill_everywhere({fill_first_ring, put, 0, {text}});
}

// Rings up to the fourth keep their memory, so these are about the fifth, where messages of more than 2 MiB go.
constexpr std::size_t large = 2'200'000;

TEST(MessageRingSteps, LeavingARingIsSafeToDieIn) {
  constexpr auto come_to_the_end = [](TestRing& ring) {
    ring.put(text_of(large, 1));
    ring.get();
    ring.put("small");  // in a smaller one
  };
  kill_everywhere({come_to_the_end, take_one, 1, {}});
}

TEST(MessageRingSteps, GoingBackToTheFirstRingIsSafeToDieIn) {
  constexpr auto leave_one_in_a_large_ring = [](TestRing& ring) {
    ring.put(text_of(large, 1));
    ring.put("last");  // too small to be worth its ring
    ring.get();
  };
  kill_everywhere({leave_one_in_a_large_ring, take_one, 1, {}});
}

}  // namespace
}  // namespace tandem::test
