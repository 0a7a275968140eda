#include <optional>

#include <gtest/gtest.h>

#include "tests/multiprocessing/ring_fixture.hpp"
#include "tests/multiprocessing/shared_contents.hpp"
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

void expect_all_or_nothing(const Case& what, TestRing& ring, const Texts& before, bool died) {
  Texts after{before.begin() + static_cast<std::ptrdiff_t>(what.takes), before.end()};
  after.insert(after.end(), what.puts.begin(), what.puts.end());
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

void kill_in(const Case& what, std::size_t deaths = 150) {
  TestRing untouched;
  what.set_up(untouched);
  const Texts before = untouched.get_all();
  std::optional<TestRing> ring;
  kill_everywhere({.before = [&] { what.set_up(ring.emplace()); },
                   .operation = {[&] { what.operation(*ring); }},
                   .after = [&](bool died) { expect_all_or_nothing(what, *ring, before, died); },
                   .watch = watch_shared_contents,
                   .deaths = deaths});
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

constexpr std::string_view third = "the third message";
void put_third(TestRing& ring) {
  ring->put(
      {third.size()}, [](std::span<std::byte> place) { TestRing::copy(third, place); }, Deadline::passed());
}

TEST(MessageRingSteps, APutIsSafeToDieIn) { kill_in({put_two, put_third, 0, {std::string{third}}}); }

TEST(MessageRingSteps, AGetIsSafeToDieIn) { kill_in({put_two, take_one, 1, {}}); }

TEST(MessageRingSteps, ABatchIsSafeToDieIn) {
  constexpr auto put_three = [](TestRing& ring) {
    std::size_t in = 0;
    ring->put_many(
        in, 3, [](std::size_t) { return OutgoingMessage{third.size()}; },
        [](std::size_t, std::span<std::byte> place) { TestRing::copy(third, place); }, Deadline::passed());
  };
  const std::string text{third};
  kill_in({put_two, put_three, 0, {text, text, text}});
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
  kill_in({leave_room_in_front, put, 0, {text}});
}

TEST(MessageRingSteps, MovingToALargerRingIsSafeToDieIn) {
  static const std::string text = text_of(1000, 1);
  constexpr auto put = [](TestRing& ring) {
    ring->put(
        {text.size()}, [](std::span<std::byte> place) { TestRing::copy(text, place); }, Deadline::passed());
  };
  kill_in({fill_first_ring, put, 0, {text}});
}

// For these, a message that fits only into a ring which does not keep its memory; that takes long, hence fewer
// deaths.
constexpr std::size_t large = multiprocessing::RingGeometry::bytes(multiprocessing::RingGeometry::largest_kept) / 2 + 1;

TEST(MessageRingSteps, LeavingARingIsSafeToDieIn) {
  constexpr auto come_to_the_end = [](TestRing& ring) {
    ring.put(text_of(large, 1));
    ring.get();
    ring.put("small");  // in a smaller one
  };
  kill_in({come_to_the_end, take_one, 1, {}}, 70);
}

TEST(MessageRingSteps, GoingBackToTheFirstRingIsSafeToDieIn) {
  constexpr auto leave_one_in_a_large_ring = [](TestRing& ring) {
    ring.put(text_of(large, 1));
    ring.put("last");  // too small to be worth its ring
    ring.get();
  };
  kill_in({leave_one_in_a_large_ring, take_one, 1, {}}, 70);
}

}  // namespace
}  // namespace tandem::test
