#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/platform/process.hpp"
#include "tests/multiprocessing/ring_fixture.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::IncomingMessage;
using multiprocessing::MessageRing;
using multiprocessing::OutgoingMessage;
using multiprocessing::RingChain;
using multiprocessing::RingGeometry;
using multiprocessing::RingPosition;
using Outcome = MessageRing::Outcome;

TEST(RingPosition, KnowsItsRingAndWrapsThere) {
  for (int ring = 0; ring < RingGeometry::rings; ++ring) {
    const RingPosition last = RingPosition{}.at(2 * RingGeometry::units(ring) - 3);
    EXPECT_EQ(last.ring(), ring);
    EXPECT_EQ(last.offset(), RingGeometry::units(ring) - 3);
    EXPECT_EQ(last.behind_message(2).place(), 2 * RingGeometry::units(ring) - 1);
    EXPECT_EQ(last.behind_message(3).place(), RingGeometry::units(ring));
    EXPECT_EQ(last.behind_message(3).messages_since(last), 1U);
    EXPECT_TRUE(RingGeometry::is_in_a_ring(last.place()));
    EXPECT_FALSE(RingGeometry::is_in_a_ring(2 * RingGeometry::units(ring)));
  }
}

TEST(RingChain, ForgetsWhatWasLeftAndWhatWasNotEntered) {
  const RingChain chain = RingChain{}.with(0).with(2).with(1).with(10);
  EXPECT_EQ(chain.between(2, 1).word(), RingChain{}.with(2).with(1).word());
  EXPECT_EQ(chain.between(10, 10).word(), RingChain{}.with(10).word());
  EXPECT_EQ(chain.between(1, 2).size(), 0);
  EXPECT_TRUE(chain.contains(10));
  EXPECT_FALSE(chain.contains(3));
}

TEST(MessageRing, GivesMessagesOfAllSizesInOrder) {
  TestRing ring;
  std::vector<std::string> texts;
  for (std::size_t size = 0; size < 300; ++size) texts.push_back(text_of(size, size));
  for (const std::size_t size : {4095UL, 65536UL, 100'000UL, 5'000'000UL}) texts.push_back(text_of(size, size));
  for (const auto& text : texts) ASSERT_EQ(ring.put(text), Outcome::done);
  EXPECT_EQ(ring->qsize(), texts.size());
  EXPECT_EQ(ring->messages_put(), texts.size());
  EXPECT_EQ(ring.get_all(), texts);
  EXPECT_EQ(ring->qsize(), 0U);
}

TEST(MessageRing, WrapsWhereTheRingEnds) {
  TestRing ring{{.maxsize = 0, .max_bytes = 60 * kib}};
  std::size_t in = 0;
  std::size_t out = 0;
  const auto size_of = [](std::size_t number) { return number * 37 % 5000; };
  for (int round = 0; round < 400; ++round) {
    while (ring.put(text_of(size_of(in), in)) == Outcome::done) ++in;
    for (int i = 0; i < 5; ++i, ++out) ASSERT_EQ(ring.get(), text_of(size_of(out), out));
  }
  for (; out < in; ++out) ASSERT_EQ(ring.get(), text_of(size_of(out), out));
  EXPECT_EQ(ring.get(), std::nullopt);
  EXPECT_LT(ring.memory(), 1 * mib);
}

TEST(MessageRing, PayloadsAreAligned) {
  TestRing ring;
  for (std::size_t size = 0; size < 30; ++size) ring.put(text_of(size, 0));
  const auto check = [](const IncomingMessage& message) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(message.payload.data()) % 8, 0U);
  };
  while (ring->get(check, Deadline::passed()) == Outcome::done) {
  }
}

TEST(MessageRing, HoldsMaxsizeMessages) {
  TestRing ring{{.maxsize = 2, .max_bytes = 0}};
  EXPECT_EQ(ring->maxsize(), 2U);
  EXPECT_EQ(ring.put("a"), Outcome::done);
  EXPECT_EQ(ring.put("b"), Outcome::done);
  EXPECT_EQ(ring.put("c"), Outcome::not_in_time);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(ring.put("c", 30ms), Outcome::not_in_time);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 30ms);
  EXPECT_EQ(ring.get(), "a");
  EXPECT_EQ(ring.put("d"), Outcome::done);
  EXPECT_EQ(ring.get_all(), (std::vector<std::string>{"b", "d"}));
}

TEST(MessageRing, AWiderMaxsizeLetsTheWaitingIn) {
  TestRing ring{{.maxsize = 1, .max_bytes = 0}};
  ASSERT_EQ(ring.put("a"), Outcome::done);
  std::thread producer{[&] { EXPECT_EQ(ring.put("b", 20s), Outcome::done); }};
  ring->maxsize(2);
  producer.join();
  ring->maxsize(1);
  EXPECT_EQ(ring->qsize(), 2U);
  EXPECT_EQ(ring.put("c"), Outcome::not_in_time);
  ring->maxsize(0);
  EXPECT_EQ(ring.put("c"), Outcome::done);
}

TEST(MessageRing, HoldsMaxBytes) {
  TestRing ring{{.maxsize = 0, .max_bytes = 1000}};
  EXPECT_EQ(ring.put(text_of(400, 1)), Outcome::done);  // 408 with its header
  EXPECT_EQ(ring.put(text_of(592, 2)), Outcome::not_in_time);
  EXPECT_EQ(ring.put(text_of(584, 2)), Outcome::done);
  EXPECT_EQ(ring.put(""), Outcome::not_in_time);
  EXPECT_EQ(ring.get(), text_of(400, 1));
  EXPECT_EQ(ring.put(""), Outcome::done);
  std::thread consumer{[&] {
    while (ring->qsize() != 0) ring.get();
  }};
  EXPECT_EQ(ring.put(text_of(992, 3), 20s), Outcome::done);  // all of it, wherever it stands
  consumer.join();
  try {
    ring.put(text_of(993, 3));
    FAIL() << "it took more than max_bytes";
  } catch (const std::length_error& error) {
    EXPECT_NE(std::string_view{error.what()}.find("993 bytes"), std::string_view::npos) << error.what();
    EXPECT_NE(std::string_view{error.what()}.find("1000 bytes"), std::string_view::npos) << error.what();
  }
}

TEST(MessageRing, MaxBytesHoldsOverSeveralRings) {
  TestRing ring{{.maxsize = 0, .max_bytes = 3 * mib}};
  std::size_t in = 0;
  while (ring.put(text_of(1016, in)) == Outcome::done) ++in;
  EXPECT_EQ(in, 3 * 1024U);
  for (std::size_t out = 0; out < in; ++out) ASSERT_EQ(ring.get(), text_of(1016, out));
}

TEST(MessageRing, AWriterThatThrowsLeavesNoTrace) {
  TestRing ring;
  const auto put_badly = [&](std::size_t size) {
    EXPECT_THROW(ring->put(
                     {size}, [](std::span<std::byte>) { throw std::runtime_error("no"); }, Deadline::passed()),
                 std::runtime_error);
  };
  ring.put("a");
  put_badly(8);
  put_badly(50'000);     // at the ring's end
  put_badly(1'000'000);  // in another ring
  ring.put("b");
  EXPECT_EQ(ring->qsize(), 2U);
  EXPECT_EQ(ring.get_all(), (std::vector<std::string>{"a", "b"}));
}

TEST(MessageRing, AReaderThatThrowsHasTakenTheMessage) {
  TestRing ring;
  ring.put("a");
  ring.put("b");
  EXPECT_THROW(ring->get([](const IncomingMessage&) { throw std::runtime_error("no"); }, Deadline::passed()), std::runtime_error);
  EXPECT_EQ(ring.get_all(), std::vector<std::string>{"b"});
}

TEST(MessageRing, BatchesGoInAsFarAsThereIsRoom) {
  TestRing ring{{.maxsize = 5, .max_bytes = 0}};
  const auto describe = [](std::size_t i) { return OutgoingMessage{i}; };
  const auto write = [](std::size_t i, std::span<std::byte> place) { TestRing::copy(text_of(i, i), place); };
  std::size_t in = 0;
  EXPECT_EQ(ring->put_many(in, 8, describe, write, Deadline::passed()), Outcome::not_in_time);
  EXPECT_EQ(in, 5U);
  std::size_t out = 0;
  const auto check = [&](const IncomingMessage& message) {
    EXPECT_EQ(TestRing::string(message), text_of(message.payload.size(), message.payload.size()));
  };
  EXPECT_EQ(ring->get_many(out, 3, check, Deadline::passed()), Outcome::done);
  EXPECT_EQ(out, 3U);
  out = 0;
  EXPECT_EQ(ring->get_many(out, 100, check, Deadline::passed()), Outcome::done);
  EXPECT_EQ(out, 2U);
  out = 0;
  EXPECT_EQ(ring->get_many(out, 100, check, Deadline::passed()), Outcome::not_in_time);
  EXPECT_EQ(out, 0U);
}

TEST(MessageRing, ABatchWaitsForRoomForTheRest) {
  TestRing ring{{.maxsize = 10, .max_bytes = 0}};
  std::thread consumer{[&] {
    for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(ring.get(20s), text_of(i, i));
  }};
  std::size_t in = 0;
  const auto describe = [](std::size_t i) { return OutgoingMessage{i}; };
  const auto write = [](std::size_t i, std::span<std::byte> place) { TestRing::copy(text_of(i, i), place); };
  EXPECT_EQ(ring->put_many(in, 1000, describe, write, 20s), Outcome::done);
  consumer.join();
  EXPECT_EQ(in, 1000U);
}

TEST(MessageRing, ABatchThatThrowsHasPutWhatCameBefore) {
  TestRing ring;
  std::size_t in = 0;
  const auto describe = [](std::size_t) { return OutgoingMessage{10'000}; };
  const auto write = [](std::size_t i, std::span<std::byte> place) {
    if (i == 30) throw std::runtime_error("no");  // in the second ring by then
    TestRing::copy(text_of(10'000, i), place);
  };
  EXPECT_THROW(ring->put_many(in, 100, describe, write, Deadline::passed()), std::runtime_error);
  EXPECT_EQ(in, 30U);
  for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(ring.get(), text_of(10'000, i));
  EXPECT_EQ(ring.get(), std::nullopt);
}

TEST(MessageRing, CarriesReferences) {
  TestRing ring;
  const std::vector<shared::Reference> references{{1, 2}, {3, 4}, {5, 6}};
  const auto put = [&](std::string_view text, std::span<const shared::Reference> with) {
    ring->put(
        {text.size(), with}, [&](std::span<std::byte> place) { TestRing::copy(text, place); }, Deadline::passed());
  };
  put("all", references);
  put("none", {});
  put("first", std::span{references}.first(1));
  ring->get(
      [&](const IncomingMessage& message) {
        EXPECT_EQ(TestRing::string(message), "all");
        EXPECT_EQ(std::vector(message.references.begin(), message.references.end()), references);
      },
      Deadline::passed());
  std::size_t found = 0;
  EXPECT_EQ(ring->discard([&](const IncomingMessage& message) { found += message.references.size(); }), 2U);
  EXPECT_EQ(found, 1U);
  const std::vector<shared::Reference> too_many(256);
  EXPECT_THROW(put("", too_many), std::invalid_argument);
}

TEST(MessageRing, ShutDownLetsOutWhatIsThere) {
  TestRing ring;
  ring.put("a");
  ring->shutdown(false);
  EXPECT_TRUE(ring->is_shut_down());
  EXPECT_EQ(ring.put("b"), Outcome::shut_down);
  EXPECT_EQ(ring.get(), "a");
  EXPECT_EQ(ring->get([](const IncomingMessage&) {}, Deadline::never()), Outcome::shut_down);
}

TEST(MessageRing, ImmediateShutDownLetsNothingOut) {
  TestRing ring;
  ring.put("a");
  ring->shutdown(true);
  EXPECT_EQ(ring->get([](const IncomingMessage&) {}, Deadline::never()), Outcome::shut_down);
  EXPECT_EQ(ring->discard([](const IncomingMessage&) {}), 1U);
}

TEST(MessageRing, ShutDownReleasesThoseWhoWait) {
  TestRing empty;
  TestRing full{{.maxsize = 1, .max_bytes = 0}};
  full.put("a");
  std::thread consumer{[&] { EXPECT_EQ(empty->get([](const IncomingMessage&) {}, Deadline::never()), Outcome::shut_down); }};
  std::thread producer{[&] { EXPECT_EQ(full.put("b", Deadline::never()), Outcome::shut_down); }};
  empty->shutdown(false);
  full->shutdown(false);
  consumer.join();
  producer.join();
}

TEST(MessageRing, AStopRequestEndsAWait) {
  TestRing ring{{.maxsize = 1, .max_bytes = 0}};
  std::stop_source stop;
  const std::stop_token token = stop.get_token();
  std::thread consumer{[&] { EXPECT_EQ(ring.get(Deadline::never(), {.stop = &token}), std::nullopt); }};
  stop.request_stop();
  consumer.join();
  ring.put("a");
  EXPECT_EQ(ring.put("b", Deadline::never(), {.stop = &token}), Outcome::not_in_time);
  EXPECT_EQ(ring.get(Deadline::never(), {.stop = &token}), "a");  // what is there needs no waiting
}

TEST(MessageRing, ManyThreadsPutAndGet) {
  TestRing ring{{.maxsize = 50, .max_bytes = 0}};
  constexpr std::size_t each = 5000;
  constexpr int threads = 3;
  std::vector<std::thread> all;
  std::atomic<std::size_t> sum{0};
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&] {
      for (std::size_t i = 1; i <= each; ++i) EXPECT_EQ(ring.put(std::to_string(i), 30s), Outcome::done);
    });
    all.emplace_back([&] {
      for (std::size_t i = 1; i <= each; ++i) {
        const auto text = ring.get(30s);
        ASSERT_TRUE(text);
        sum += std::stoul(*text);
      }
    });
  }
  for (auto& thread : all) thread.join();
  EXPECT_EQ(sum, threads * each * (each + 1) / 2);
  EXPECT_EQ(ring->qsize(), 0U);
}

TEST(MessageRing, GoesFromProcessToProcess) {
  TestRing ring;
  constexpr std::size_t messages = 20'000;
  const auto size_of = [](std::size_t number) { return number % 1000 == 999 ? 150'000 : number % 300; };
  const int producer = platform::fork_process();
  if (producer == 0) {
    for (std::size_t i = 0; i < messages; ++i) {
      if (ring.put(text_of(size_of(i), i), 30s) != Outcome::done) platform::exit_now(1);
    }
    platform::exit_now(0);
  }
  for (std::size_t i = 0; i < messages; ++i) {
    const auto text = ring.get(30s);
    if (text != text_of(size_of(i), i)) {
      ADD_FAILURE() << "message " << i;
      break;
    }
  }
  EXPECT_EQ(platform::reap_child(producer), 0);
}

TEST(MessageRing, NoWakeIsLost) {
  TestRing there;
  TestRing back;
  constexpr int rounds = 300;
  const int echo = platform::fork_process();
  if (echo == 0) {
    for (int i = 0; i < rounds; ++i) {
      const auto text = there.get(30s);
      if (!text || back.put(*text) != Outcome::done) platform::exit_now(1);
    }
    platform::exit_now(0);
  }
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    ASSERT_EQ(there.put("ball"), Outcome::done);
    ASSERT_EQ(back.get(30s), "ball");
  }
  // Who is not woken sleeps for a tenth of a second.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, rounds * 50ms);
  EXPECT_EQ(platform::reap_child(echo), 0);
}

}  // namespace
}  // namespace tandem::test
