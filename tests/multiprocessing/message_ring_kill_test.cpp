#include <array>
#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/platform/process.hpp"
#include "tests/multiprocessing/ring_fixture.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

using multiprocessing::IncomingMessage;
using multiprocessing::MessageRing;
using Outcome = MessageRing::Outcome;

/// What producers put is numbered: a producer takes blocks of numbers, one after the other, and puts each block's in order.
constexpr std::uint32_t blocks = 32 * 1024;
constexpr std::uint32_t numbers_per_block = 2048;

struct Number {
  std::uint32_t block;
  std::uint32_t index;
};

/// The processes' common memory beside the queue: what was put, and what has arrived.
struct Board {
  std::atomic<std::uint32_t> next_block;
  std::atomic<std::uint32_t> torn, twice, out_of_order;
  struct Block {
    std::atomic<std::uint32_t> put;  // so many of its messages are in the queue, or were; perhaps one more
    std::array<std::atomic<std::uint64_t>, numbers_per_block / 64> arrived;
  };
  std::array<Block, blocks> of;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "processes share it");

class SharedBoard {
 public:
  Board* operator->() const noexcept { return reinterpret_cast<Board*>(mapping_.data()); }

 private:
  platform::Fd file_ = platform::make_sparse_memfd("board", (sizeof(Board) + 4095) / 4096 * 4096);
  platform::Mapping mapping_{file_, platform::Mapping::Access::read_write};
};

using SizeOf = std::size_t (*)(Number);

void fill(Number number, std::span<std::byte> place) {
  std::memcpy(place.data(), &number, sizeof number);
  const auto filler = static_cast<unsigned char>(number.block * 7 + number.index);
  std::memset(place.data() + sizeof number, filler, place.size() - sizeof number);
}

bool is_whole(Number number, std::span<const std::byte> place, SizeOf size_of) {
  const auto filler = static_cast<std::byte>(number.block * 7 + number.index);
  return place.size() == size_of(number) &&
         std::all_of(place.begin() + sizeof number, place.end(), [&](std::byte byte) { return byte == filler; });
}

void produce(MessageRing& ring, const SharedBoard& board, SizeOf size_of) {
  for (;;) {
    const std::uint32_t block = board->next_block++;
    if (block >= blocks) return;
    for (std::uint32_t index = 0; index < numbers_per_block; ++index) {
      const Number number{block, index};
      if (ring.put(
              {size_of(number)}, [&](std::span<std::byte> place) { fill(number, place); }, Deadline::never()) != Outcome::done)
        return;
      board->of[block].put.store(index + 1);
    }
  }
}

void consume(MessageRing& ring, const SharedBoard& board, SizeOf size_of) {
  const auto last = std::make_unique<std::array<std::uint32_t, blocks>>();
  for (;;) {
    Number number{};
    bool whole = false;
    const auto read = [&](const IncomingMessage& message) {
      std::memcpy(&number, message.payload.data(), sizeof number);
      whole = is_whole(number, message.payload, size_of);
    };
    if (ring.get(read, Deadline::never()) != Outcome::done) return;
    if (!whole) {
      ++board->torn;
      return;
    }
    const std::uint64_t bit = std::uint64_t{1} << number.index % 64;
    if ((board->of[number.block].arrived[number.index / 64].fetch_or(bit) & bit) != 0) ++board->twice;
    if (number.index + 1 <= (*last)[number.block]) ++board->out_of_order;
    (*last)[number.block] = number.index + 1;
  }
}

/// Workers that are killed and replaced.
class Crew {
 public:
  Crew(TestRing& ring, const SharedBoard& board, SizeOf size_of) : ring_{ring}, board_{board}, size_of_{size_of} {
    for (std::size_t i = 0; i < workers_.size(); ++i) start(i);
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() {
    for (const int pid : workers_) {
      if (pid != 0) platform::kill_child(pid);
    }
  }

  static constexpr std::size_t size = 4;
  static bool is_consumer(std::size_t i) { return i % 2 == 0; }

  void kill_and_replace(std::size_t i) {
    platform::kill_child(std::exchange(workers_[i], 0));
    start(i);
  }
  void finish() {
    ring_->shutdown(false);
    for (int& pid : workers_) EXPECT_EQ(platform::reap_child(std::exchange(pid, 0)), 0);
  }

 private:
  void start(std::size_t i) {
    workers_[i] = platform::fork_process();
    if (workers_[i] != 0) return;
    try {
      (is_consumer(i) ? consume : produce)(*ring_, board_, size_of_);
    } catch (const std::exception& error) {
      std::cerr << "a worker failed: " << error.what() << std::endl;
      platform::exit_now(1);
    }
    platform::exit_now(0);
  }

  TestRing& ring_;
  const SharedBoard& board_;
  const SizeOf size_of_;
  std::array<int, size> workers_{};
};

void expect_order(const SharedBoard& board, std::size_t killed_consumers) {
  EXPECT_EQ(board->torn, 0U);
  EXPECT_EQ(board->twice, 0U);
  EXPECT_EQ(board->out_of_order, 0U);
  std::size_t put = 0;
  std::size_t lost = 0;
  std::size_t never_put = 0;
  for (const auto& block : board->of) {
    const std::uint32_t in = block.put;
    put += in;
    for (std::uint32_t index = 0; index < numbers_per_block; ++index) {
      const bool arrived = (block.arrived[index / 64] >> index % 64 & 1) != 0;
      if (index < in && !arrived) ++lost;
      if (index > in && arrived) ++never_put;
    }
  }
  EXPECT_GT(put, 100U);
  EXPECT_LE(lost, killed_consumers);
  EXPECT_EQ(never_put, 0U);
  std::cout << put << " messages, " << killed_consumers << " consumers killed, " << lost << " messages lost with them\n";
}

void kill_at_random(MessageRing::Limits limits, SizeOf size_of, int rounds) {
  TestRing ring{limits};
  const SharedBoard board;
  auto random = random_engine();
  std::size_t killed_consumers = 0;
  {
    Crew crew{ring, board, size_of};
    const Deadline enough{std::chrono::seconds{15}};  // where processes are slow to start
    for (int round = 0; round < rounds && !enough.expired(); ++round) {
      std::this_thread::sleep_for(std::chrono::microseconds{random() % 2000});  // the moment of death is what is tested
      const std::size_t victim = random() % Crew::size;
      killed_consumers += Crew::is_consumer(victim) ? 1 : 0;
      crew.kill_and_replace(victim);
    }
    crew.finish();
  }
  expect_order(board, killed_consumers);
  EXPECT_EQ(ring->qsize(), 0U);
  EXPECT_LT(ring.memory(), 24U << 20);
}

TEST(MessageRingKills, SmallQueueOutlivesItsProcesses) {
  kill_at_random(
      {.maxsize = 64, .max_bytes = 0}, [](Number number) -> std::size_t { return 8 + number.index % 100; }, rounds(600));
}

TEST(MessageRingKills, GrowingQueueOutlivesItsProcesses) {
  constexpr auto size_of = [](Number number) -> std::size_t {
    return number.index % 50 == 7 ? 8 + number.index * 97 : 8 + number.index % 500;  // some of 200 KB
  };
  kill_at_random({.maxsize = 0, .max_bytes = 4 << 20}, size_of, rounds(400));
}

}  // namespace
}  // namespace tandem::test
