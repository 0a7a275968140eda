// Producers and consumers of a queue are killed at random times, and stopped and let go on; the queue goes on.

#include <string>
#include <thread>
#include <vector>

#include "tests/crash/traffic.hpp"
#include "tests/crash/victim.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

class QueueCrash : public CrashTest {
 protected:
  template <class Item>
  void run_traffic(int deaths, mp::QueueOptions options, std::uint32_t batch = 1) {
    mp::Queue<Item> queue{options};
    const mp::SharedMemory memory{sizeof(Ledger)};
    Ledger& ledger = Ledger::in(memory);
    std::uint32_t producers = 1;  // number 0 is this process, which survives
    int dead_consumers = 0;
    {
      const auto producer = [&] { return Victim{produce<Item>, queue, memory, producers++, batch}; };
      const auto consumer = [&] { return Victim{consume<Item>, queue, memory, batch}; };
      std::vector<Victim> victims;
      for (int i = 0; i < 2; ++i) victims.push_back(producer());
      for (int i = 0; i < 2; ++i) victims.push_back(consumer());
      for (int round = 0; round < deaths && !HasFailure(); ++round) {
        wait_a_random_time(1500us);
        const std::size_t chosen = random_() % victims.size();
        if (random_() % 8 == 0) {
          victims[chosen].send(SIGSTOP);
          wait_a_random_time(5000us);
          victims[chosen].send(SIGCONT);
          continue;
        }
        victims[chosen].kill();
        ASSERT_TRUE(queue.try_put(Item(Ledger::name(0, ledger.put[0])), patience)) << "a survivor cannot put";
        ++ledger.put[0];
        dead_consumers += chosen >= 2 ? 1 : 0;
        victims[chosen] = chosen < 2 ? producer() : consumer();
      }
      dead_consumers += 2;
    }
    Bookkeeper books{memory};
    while (const auto item = queue.try_get(100ms)) books.enter(name_of(*item));
    EXPECT_EQ(queue.qsize(), 0U);
    expect_balance(ledger, producers, dead_consumers, batch);
  }

 private:
  void expect_balance(const Ledger& ledger, std::uint32_t producers, int dead_consumers, std::uint32_t batch) {
    long gotten = 0;
    long lost = 0;
    for (std::uint32_t producer = 0; producer < producers; ++producer) {
      const std::uint32_t put = ledger.put[producer].load();
      for (std::uint32_t number = 0; number < Ledger::numbers; ++number) {
        const bool is_gotten = ledger.gotten[producer][number].load() != 0;
        gotten += is_gotten;
        lost += !is_gotten && number < put;
        EXPECT_TRUE(!is_gotten || number < put + batch) << producer << " never put " << number;
      }
    }
    EXPECT_LE(lost, dead_consumers * static_cast<long>(batch)) << "more is lost than the killed consumers had in hand";
    EXPECT_GT(gotten, 1000);
    RecordProperty("gotten", std::to_string(gotten));
    RecordProperty("lost", std::to_string(lost));
    RecordProperty("dead_consumers", dead_consumers);
  }
};

TEST_F(QueueCrash, Numbers) { run_traffic<std::uint64_t>(rounds(600), {}); }

TEST_F(QueueCrash, NumbersWithLittleRoom) { run_traffic<std::uint64_t>(rounds(600), {.maxsize = 8, .max_bytes = 0}); }

TEST_F(QueueCrash, NumbersInBatches) { run_traffic<std::uint64_t>(rounds(300), {.maxsize = 100, .max_bytes = 0}, 8); }

TEST_F(QueueCrash, Letters) { run_traffic<Letter>(rounds(600), {}); }

TEST_F(QueueCrash, LettersWithLittleRoom) { run_traffic<Letter>(rounds(600), {.maxsize = 0, .max_bytes = 150'000}); }

TEST_F(QueueCrash, LettersInBatches) { run_traffic<Letter>(rounds(300), {.maxsize = 0, .max_bytes = 500'000}, 8); }

}  // namespace
}  // namespace tandem::test
