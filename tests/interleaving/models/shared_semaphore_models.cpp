#include <array>

#include "tandem/platform/futex.hpp"
#include "tandem/platform/process_id.hpp"
#include "tandem/sync/shared_semaphore_word.hpp"
#include "tests/interleaving/models/processes.hpp"

// The semaphore between processes, each of which may be killed at any step. Who is thread n is holder n; permits that are taken for
// a holder must be neither lost nor doubled, whoever dies and whoever inherits.
namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::SharedSemaphoreWord;

struct Table {
  explicit Table(std::uint32_t permits) {
    word.format(permits, SharedSemaphoreWord::max_permits);
    word.make_ready(static_cast<std::uint32_t>(holders.size()));
  }
  /// As the process of that thread, which has claimed the holder of its number.
  void claim(std::uint32_t thread) { holders.at(thread).process.store((thread + 1) | std::uint64_t{1} << 32); }
  bool hold(std::uint32_t thread) { return word.acquire_as(holders.data(), thread, Deadline::never()); }
  void give_back(std::uint32_t thread) { word.release_as(holders.data(), thread); }
  /// In the end: when what the dead held was given back, there are exactly so many permits.
  void expect_permits(std::uint32_t permits) {
    word.inherit_from_the_dead(holders.data());
    EXPECT_EQ(word.permits(), permits);
    for (std::uint32_t i = 0; i < permits; ++i) EXPECT_TRUE(word.acquire(holders.data(), Deadline::passed()));
    EXPECT_FALSE(word.acquire(holders.data(), Deadline::passed()));
  }

  SharedSemaphoreWord word;
  std::array<SharedSemaphoreWord::Holder, 3> holders{};
};

/// A thread that takes a permit for its holder, and gives it back.
std::function<void()> guest(Table& table, PlaceOfMortals& place, std::uint32_t thread) {
  table.claim(thread);
  return [&table, &place, thread] {
    EXPECT_TRUE(table.hold(thread));
    { const PlaceOfMortals::Visit visit{place}; }
    table.give_back(thread);
  };
}

TEST(SharedSemaphoreModels, LetsInOneAndForgetsNobody) {
  explore("a permit for three holders", {.preemptions = 3}, [](Model& m) {
    auto& table = m.make<Table>(1U);
    auto& place = m.make<PlaceOfMortals>();
    m.thread("a", guest(table, place, 0));
    m.thread("b", guest(table, place, 1));
    m.thread("c", guest(table, place, 2));
    m.finally([&] {
      EXPECT_EQ(m.naps_for_nothing(), 0U) << "a wake was lost";
      table.expect_permits(1);
    });
  });
}

TEST(SharedSemaphoreModels, AKilledHoldersPermitComesBackOnce) {
  explore("one of two holders is killed", {.preemptions = 3}, [](Model& m) {
    auto& table = m.make<Table>(1U);
    auto& place = m.make<PlaceOfMortals>();
    m.mortal_thread("mortal", guest(table, place, 0));
    m.thread("survivor", guest(table, place, 1));
    m.finally([&] { table.expect_permits(1); });
  });
}

TEST(SharedSemaphoreModels, AKilledHeirIsInheritedToo) {
  explore("two of three holders are killed", {.preemptions = 2}, [](Model& m) {
    auto& table = m.make<Table>(1U);
    auto& place = m.make<PlaceOfMortals>();
    m.mortal_thread("mortal", guest(table, place, 0));
    m.mortal_thread("heir, mortal too", guest(table, place, 1));
    m.thread("survivor", guest(table, place, 2));
    m.finally([&] { table.expect_permits(1); });
  });
}

// Anonymous permits come between: they replace what the word says of a holder.
TEST(SharedSemaphoreModels, AnonymousChangesLoseNothingOfAKilledHolder) {
  explore("a killed holder among anonymous permits", {.preemptions = 3}, [](Model& m) {
    auto& table = m.make<Table>(1U);
    auto& place = m.make<PlaceOfMortals>();
    m.mortal_thread("mortal", guest(table, place, 0));
    m.thread("anonymous", [&] {
      EXPECT_TRUE(table.word.release(table.holders.data(), 1));
      EXPECT_TRUE(table.word.acquire(table.holders.data(), Deadline::never()));
    });
    m.finally([&] { table.expect_permits(1); });
  });
}

/// Takes the permit, and notes then who has it.
struct NotesItAfterwards {
  void hold() {
    const std::uint32_t me = platform::this_process().pid;
    for (std::uint32_t one = 1; !permits.compare_exchange_strong(one, 0); one = 1) {
      std::uint32_t of = holder.load();
      if (of != 0 && platform::has_ended({.pid = of, .birth = 1}) && holder.compare_exchange_strong(of, me)) return;
      static_cast<void>(platform::shared_futex_wait(permits, 0, 100ms));
    }
    holder.store(me);
  }
  void give_back() {
    holder.store(0);
    permits.store(1);
    platform::shared_futex_wake(permits, 1);
  }
  sync::Word permits{1}, holder{0};
};

TEST(PlantedProcessBugs, ADeathBetweenTakingAndNotingLosesThePermit) {
  const Outcome outcome = search("a semaphore that notes its holder afterwards", {}, [](Model& m) {
    auto& semaphore = m.make<NotesItAfterwards>();
    const auto visit = [&] {
      semaphore.hold();
      semaphore.give_back();
    };
    m.mortal_thread("mortal", visit);
    m.thread("survivor", visit);
  });
  EXPECT_TRUE(outcome.failed);
  EXPECT_EQ(outcome.preemptions, 1U) << outcome.report;  // the death
  EXPECT_NE(outcome.report.find("livelock"), std::string::npos) << outcome.report;
}

}  // namespace
}  // namespace tandem::interleaving
