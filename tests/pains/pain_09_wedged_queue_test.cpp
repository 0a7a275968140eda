// A queue is wedged after a peer was killed (cpython gh-87971, boostorg/interprocess#56 #274, iceoryx#1546). tests/crash kills in
// the middle of everything; this is what a user would see.

#include <chrono>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tests/support/random.hpp"
#include "tests/support/under_sanitizer.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Process;
using multiprocessing::Queue;

constexpr int deaths = under_sanitizer ? 100 : 1000;

void put_for_ever(Queue<std::uint64_t> queue, std::uint64_t sender) {
  for (std::uint64_t number = 1;; ++number) queue.put(sender << 32 | number);
}

void get_for_ever(Queue<std::uint64_t> queue) {
  for (;;) queue.get();
}

TEST(Pain09, ProducersAreKilledAndTheConsumerGoesOn) {
  auto random = random_engine();
  Queue<std::uint64_t> queue{100};
  std::uint64_t last = 0;
  for (std::uint64_t sender = 1; sender <= deaths; ++sender) {
    Process producer{put_for_ever, queue, sender};
    producer.daemon(true);  // is ended also if the test fails
    producer.start();
    const auto end = Deadline::Clock::now() + std::chrono::microseconds{random() % 1000};
    do {
      const std::uint64_t item = queue.get(30s);
      // The number after the last one of the same producer, or the first of a later one.
      const bool is_first = (item & 0xFFFFFFFF) == 1 && item >> 32 > last >> 32 && item >> 32 <= sender;
      ASSERT_TRUE(item == last + 1 || is_first) << item << " after " << last;
      last = item;
    } while (Deadline::Clock::now() < end);
    producer.kill();
    producer.join();
  }
}

TEST(Pain09, ConsumersAreKilledAndTheProducerGoesOn) {
  auto random = random_engine();
  Queue<std::uint64_t> queue{100};
  std::uint64_t put = 0;
  for (int round = 0; round < deaths; ++round) {
    Process consumer{get_for_ever, queue};
    consumer.daemon(true);
    consumer.start();
    const auto end = Deadline::Clock::now() + std::chrono::microseconds{random() % 1000};
    do {
      ASSERT_TRUE(queue.try_put(put + 1, 30s)) << "in round " << round;
      ++put;
    } while (Deadline::Clock::now() < end);
    consumer.kill();
    consumer.join();
    // What is left is the end of what was put, without a gap.
    std::vector<std::uint64_t> left;
    while (const auto item = queue.try_get()) left.push_back(*item);
    for (std::size_t i = 0; i < left.size(); ++i) ASSERT_EQ(left[i], put - left.size() + 1 + i);
  }
}

}  // namespace
}  // namespace tandem::test
