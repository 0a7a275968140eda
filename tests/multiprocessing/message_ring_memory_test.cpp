#include <chrono>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

#include "tests/multiprocessing/ring_fixture.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::IncomingMessage;
using multiprocessing::MessageRing;
using multiprocessing::RecordHeader;
using multiprocessing::RingGeometry;
using multiprocessing::RingPosition;
using multiprocessing::RingState;
using Outcome = MessageRing::Outcome;

TEST(MessageRingMemory, GrowsAndGivesItsMemoryBackWhenDrained) {
  TestRing ring;
  const std::uint64_t before = ring.memory();
  constexpr std::size_t messages = 32 * 1024;
  for (std::size_t i = 0; i < messages; ++i) ASSERT_EQ(ring.put(text_of(1024, i)), Outcome::done);
  EXPECT_GT(ring.memory(), 32 * mib);
  EXPECT_LT(ring.memory(), 64 * mib);
  for (std::size_t i = 0; i < messages; ++i) ASSERT_EQ(ring.get(), text_of(1024, i));
  EXPECT_LE(ring.memory(), before + 6 * mib) << "the small rings keep theirs for a while";
  EXPECT_EQ(ring.put("again"), Outcome::done);
  EXPECT_EQ(ring.get(), "again");
}

TEST(MessageRingMemory, GivesMemoryBackThoughItIsNeverEmpty) {
  TestRing ring;
  std::size_t in = 0;
  std::size_t out = 0;
  for (; in < 16 * 1024; ++in) ASSERT_EQ(ring.put(text_of(1024, in)), Outcome::done);
  ASSERT_GT(ring.memory(), 16 * mib);
  for (; in - out > 10; ++out) ASSERT_EQ(ring.get(), text_of(1024, out));
  for (int i = 0; i < 24 * 1024; ++i) {
    ASSERT_EQ(ring.put(text_of(1024, in++)), Outcome::done);
    ASSERT_EQ(ring.get(), text_of(1024, out++));
  }
  EXPECT_LT(ring.memory(), 6 * mib);
}

TEST(MessageRingMemory, GivesMemoryBackWhileItsConsumerWaits) {
  TestRing ring;
  for (int i = 0; i < 3; ++i) ASSERT_EQ(ring.put(text_of(1 * mib, 1)), Outcome::done);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ring.get());
  for (std::size_t i = 0; i < 2000; ++i) ASSERT_EQ(ring.put(text_of(1000, i)), Outcome::done);
  ring.get_all();
  EXPECT_EQ(ring.get(300ms), std::nullopt);
  EXPECT_LT(ring.memory(), 256 * kib);
}

TEST(MessageRingMemory, StaysInWhatItHasUsedLately) {
  TestRing ring;
  std::size_t in = 0;
  std::size_t out = 0;
  for (; in < 1100; ++in) ASSERT_EQ(ring.put(text_of(1024, in)), Outcome::done);
  for (int lap = 0; lap < 100; ++lap) {
    for (; out < in; ++out) ASSERT_EQ(ring.get(), text_of(1024, out));
    for (int i = 0; i < 1000; ++i, ++in) ASSERT_EQ(ring.put(text_of(1024, in)), Outcome::done);
  }
  // A ring of 4 MiB is the first that holds them all; it is not gone through up to its end again and again.
  EXPECT_LT(ring.memory(), 4 * mib);
}

TEST(MessageRingMemory, CountsNotWhatIsLeftEmptyInARing) {
  constexpr std::size_t size = 1000;
  constexpr std::uint64_t fit = 600;
  TestRing ring{{.maxsize = 0, .max_bytes = fit * (size + sizeof(RecordHeader))}};
  std::size_t in = 0;
  std::size_t out = 0;
  // Each lap ends at another place.
  for (std::uint64_t kept = 0; kept < fit; kept += 7) {
    while (ring.put(text_of(size, in)) == Outcome::done) ++in;
    ASSERT_EQ(in - out, fit) << "when " << kept << " were kept";
    for (; in - out > kept; ++out) ASSERT_EQ(ring.get(), text_of(size, out));
  }
}

TEST(MessageRingMemory, DiscardsInAllRings) {
  TestRing ring;
  for (std::size_t i = 0; i < 5000; ++i) ring.put(text_of(1000, i));
  EXPECT_EQ(ring->discard([](const IncomingMessage&) {}), 5000U);
  EXPECT_EQ(ring->qsize(), 0U);
  EXPECT_LT(ring.memory(), 6 * mib);
}

TEST(MessageRingMemory, MessagesAreCountedModulo) {
  TestRing ring{{.maxsize = 3, .max_bytes = 0}};
  {
    const auto state = ring.state();
    const RingPosition late{std::uint64_t{RingPosition::count_mask - 1} << RingPosition::place_bits | RingPosition{}.place()};
    for (auto* word : {&state->tail.position, &state->tail.seen_head, &state->head.position, &state->head.seen_tail}) {
      word->store(late.word());
    }
  }
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(ring.put(text_of(9, i)), Outcome::done);
    EXPECT_EQ(ring.put(text_of(9, i + 1)), Outcome::done);
    EXPECT_EQ(ring.put(text_of(9, i + 2)), Outcome::done);
    EXPECT_EQ(ring->qsize(), 3U);
    EXPECT_EQ(ring.put(text_of(9, i + 3)), Outcome::not_in_time);
    EXPECT_EQ(ring.get_all().size(), 3U);
  }
}

TEST(MessageRingMemory, OutOfMemoryChangesNothing) {
  // The file ends where the third ring begins, and cannot grow: there is no memory to be had.
  TestRing ring{{}, 1 * mib};
  std::size_t in = 0;
  EXPECT_THROW(
      for (;;) {
        ring.put(text_of(1000, in));
        ++in;
      },
      std::system_error);
  EXPECT_GT(in, 200U);
  EXPECT_EQ(ring->qsize(), in);
  EXPECT_THROW(ring.put(text_of(1000, in)), std::system_error);
  for (std::size_t out = 0; out < in; ++out) ASSERT_EQ(ring.get(), text_of(1000, out));
  EXPECT_EQ(ring.put("y"), Outcome::done);
  EXPECT_EQ(ring.get(), "y");
}

TEST(MessageRingMemory, NeedsToBeMade) {
  const platform::Fd file = platform::make_sparse_memfd("no ring", shared::Window::size);
  EXPECT_THROW(MessageRing{shared::Window(file, 0)}, std::logic_error);
}

/// Writes over the first record's header, or the state, and expects that this is found out, and not by a crash.
void expect_found(void (*damage)(RecordHeader&, RingState&)) {
  TestRing ring;
  ring.put("0123456789");
  ring.put("more");
  const platform::Mapping place = ring.window().map(RingGeometry::bytes(0), RingGeometry::bytes(0));
  damage(*reinterpret_cast<RecordHeader*>(place.data()), *ring.state());
  EXPECT_THROW(ring.get(), std::runtime_error);
  EXPECT_TRUE(ring->is_damaged());
  EXPECT_EQ(ring->get([](const IncomingMessage&) {}, Deadline::never()), Outcome::shut_down);
  EXPECT_EQ(ring.put("x", Deadline::never()), Outcome::shut_down);
}

TEST(MessageRingMemory, FindsOutThatSomethingWroteOverIt) {
  expect_found([](RecordHeader& header, RingState&) { header.size = 0xFFFFFFFF; });
  expect_found([](RecordHeader& header, RingState&) { header.size = 65536; });
  expect_found([](RecordHeader& header, RingState&) { header.size = 100; });  // beyond the tail
  expect_found([](RecordHeader& header, RingState&) { header.references = 255; });
  expect_found([](RecordHeader& header, RingState&) { header.kind = 0; });
  expect_found([](RecordHeader& header, RingState&) { header.kind = 77; });
  expect_found([](RecordHeader& header, RingState&) { header.kind = RecordHeader::wrap; });
  expect_found([](RecordHeader& header, RingState&) { header.kind = RecordHeader::moved; });
  expect_found([](RecordHeader& header, RingState&) { header.seal = 0; });
  expect_found([](RecordHeader& header, RingState&) { header = {}; });
  expect_found([](RecordHeader&, RingState& state) { state.tail.position.store(0); });
  expect_found([](RecordHeader&, RingState& state) { state.tail.position.store(2 * RingGeometry::units(0)); });
  expect_found([](RecordHeader&, RingState& state) { state.head.position.store(~std::uint64_t{0}); });
  expect_found([](RecordHeader&, RingState& state) { state.head.position.store(2 * RingGeometry::units(3)); });
}

TEST(MessageRingMemory, ProducersFindOutThatSomethingWroteOverIt) {
  TestRing ring;
  ring.state()->tail.position.store(77);
  EXPECT_THROW(ring.put("x"), std::runtime_error);
  EXPECT_EQ(ring.put("x", Deadline::never()), Outcome::shut_down);
}

}  // namespace
}  // namespace tandem::test
