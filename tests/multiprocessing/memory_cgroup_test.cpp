// What happens to the others when a process has no memory left: the kernel refuses it, or kills the process, wherever it stands.

#include "tests/multiprocessing/memory_cgroup.hpp"

#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tests/multiprocessing/forked_child.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t limit = 24 << 20;
constexpr std::size_t message_bytes = 100'000;
constexpr std::uint32_t many = 2'000;  // far beyond the limit
constexpr int was_refused = 3;

std::string message(std::uint32_t number) { return std::string(message_bytes, static_cast<char>('a' + number % 26)); }

TEST(MemoryExhausted, WhatAProducerHadPutIsThereAndTheQueueGoesOn) {
  const MemoryCgroup poor{limit};
  if (!poor.why_not().empty()) GTEST_SKIP() << poor.why_not();
  multiprocessing::Queue<std::string> queue;
  const Common<base::Atomic<std::uint32_t>> put;
  Child producer{[&] {
    poor.enter();
    for (std::uint32_t i = 0; i < many; ++i) {
      try {
        queue.put(message(i));
      } catch (const std::system_error&) {
        return was_refused;
      }
      ++*put;
    }
    return EXIT_SUCCESS;
  }};
  const auto code = producer.wait();
  EXPECT_TRUE(code == was_refused || code == -SIGKILL) << code << ": it has had more memory than there was";
  EXPECT_GT(put->load(), 10U);

  std::uint32_t gotten = 0;
  while (const auto item = queue.try_get(gotten < put->load() ? Deadline{soon} : Deadline::passed())) {
    ASSERT_EQ(*item, message(gotten)) << "each is there whole, and in its order";
    ++gotten;
  }
  EXPECT_GE(gotten, put->load()) << "one whose put() had returned is lost";
  EXPECT_LE(gotten, put->load() + 1) << "at most the one that it died with is there too";

  Child other{[&] {
    for (std::uint32_t i = 0; i < 300; ++i) queue.put(message(i));  // more than the poor one could
    return EXIT_SUCCESS;
  }};
  for (std::uint32_t i = 0; i < 300; ++i) ASSERT_EQ(queue.get(20s), message(i));
  EXPECT_EQ(other.wait(), EXIT_SUCCESS);
}

TEST(MemoryExhausted, TheLockOfOneThatWasKilledForItIsRecovered) {
  const MemoryCgroup poor{limit};
  if (!poor.why_not().empty()) GTEST_SKIP() << poor.why_not();
  multiprocessing::Lock lock;
  const Common<Flag> holds;
  Child holder{[&] {
    const std::scoped_lock hold{lock};
    raise(*holds);
    poor.enter();
    std::vector<std::string> heap;
    while (heap.size() < many) heap.push_back(message(0));
    return EXIT_SUCCESS;
  }};
  ASSERT_TRUE(raised(*holds));
  const auto begin = Deadline::Clock::now();
  ASSERT_TRUE(lock.acquire(20s));
  EXPECT_TRUE(lock.recovered()) << "it took " << (Deadline::Clock::now() - begin) / 1ms << " ms";
  lock.release();
  EXPECT_EQ(holder.wait(), -SIGKILL);
}

}  // namespace
}  // namespace tandem::test
