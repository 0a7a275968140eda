#include "tandem/shared/arena.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/shared_memory.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/remote/archive.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::shared {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Process;
using multiprocessing::SharedMemory;

class ArenaTest : public ::testing::Test {
 protected:
  ~ArenaTest() override {
    EXPECT_EQ(arena_.objects(), objects_) << "shared objects were left behind";
    EXPECT_LE(arena_.bytes(), bytes_) << "shared memory was left behind";
  }
  Arena& arena_ = Arena::instance();

 private:
  // After the tables have what this test needs of them: what a slot costs in the tables stays.
  static Arena& warmed_up() {
    std::vector<std::shared_ptr<Object>> objects;
    for (int i = 0; i < 64; ++i) objects.push_back(Object::make(Kind::memory));
    Process::started([] {}).join();
    return Arena::instance();
  }
  const std::uint32_t objects_ = warmed_up().objects();
  const std::uint64_t bytes_ = arena_.bytes();
};

TEST_F(ArenaTest, AnObjectLivesAsLongAsItsHandles) {
  auto object = Object::make(Kind::memory);
  const Reference reference = object->reference();
  auto copy = object;
  object.reset();
  EXPECT_EQ(arena_.life(reference.slot).phase, Life::Phase::live);
  copy.reset();
  EXPECT_EQ(arena_.life(reference.slot).phase, Life::Phase::free);
}

TEST_F(ArenaTest, StateBeginsAsZerosThoughTheSlotWasUsedBefore) {
  Reference first;
  {
    const auto object = Object::make(Kind::lock);
    first = object->reference();
    object->state<std::array<char, Object::state_size>>().fill('x');
  }
  const auto object = Object::make(Kind::event);
  EXPECT_EQ(object->reference().slot, first.slot) << "the place that was left last is taken first";
  EXPECT_NE(object->reference().generation, first.generation);
  for (const char c : object->state<std::array<char, Object::state_size>>()) EXPECT_EQ(c, 0);
}

TEST_F(ArenaTest, AReferenceToWhatIsGoneIsAnError) {
  const Reference gone = Object::make(Kind::lock)->reference();
  EXPECT_THROW(Object::adopt(gone), std::runtime_error);
  const auto next = Object::make(Kind::lock);
  ASSERT_EQ(next->reference().slot, gone.slot);
  EXPECT_THROW(Object::adopt(gone), std::runtime_error) << "another object is there now";
  EXPECT_THROW(Object::adopt({Arena::max_slots + 5, 1}), std::runtime_error);
}

TEST_F(ArenaTest, ComesAsTheSameObjectHoweverOftenItComes) {
  const auto object = Object::make(Kind::memory);
  for (int i = 0; i < 3; ++i) {
    arena_.give(object->reference().slot, arena_.process());
    EXPECT_EQ(Object::adopt(object->reference()), object);
  }
}

TEST_F(ArenaTest, ThreadsMakeAndDropSideBySide) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int n = 0; n < 2000; ++n) {
        const auto object = Object::make(Kind::memory);
        auto& number = object->state<std::uint64_t>();
        ASSERT_EQ(number, 0U) << "somebody else has the same slot";
        number = 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(ArenaLimitTest, ThereIsALimitThatSaysSo) {
  std::vector<std::shared_ptr<Object>> objects;
  try {
    for (;;) objects.push_back(Object::make(Kind::lock));
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find(std::to_string(Arena::max_slots)), std::string::npos) << error.what();
  }
  EXPECT_GT(objects.size(), Arena::max_slots - 100);  // others may have some
  objects.clear();
  EXPECT_NO_THROW(Object::make(Kind::lock));
}

// Between processes

char first_byte(const SharedMemory& memory) { return static_cast<char>(memory.buf()[0]); }

TEST_F(ArenaTest, AnArgumentOfAProcessIsTheSameMemory) {
  SharedMemory memory{100};
  Process writer{[](SharedMemory theirs) { theirs.buf()[0] = std::byte{'w'}; }, memory};
  writer.start();
  writer.join();
  EXPECT_EQ(first_byte(memory), 'w');
}

TEST_F(ArenaTest, IsHandedOnThoughTheGiverLetsGoAtOnce) {
  SharedMemory answer{1};
  auto process = [&] {
    SharedMemory memory{1};
    memory.buf()[0] = std::byte{'h'};
    Process reader{[](SharedMemory theirs, SharedMemory to) {
                     std::this_thread::sleep_for(50ms);
                     to.buf()[0] = theirs.buf()[0];
                   },
                   memory, answer};
    reader.start();
    return reader;
  }();
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
  EXPECT_EQ(first_byte(answer), 'h');
}

TEST_F(ArenaTest, GoesThroughAPoolBothWays) {
  futures::ProcessPoolExecutor pool{2};
  SharedMemory memory{1};
  auto back = pool.submit(
      [](SharedMemory theirs) {
        theirs.buf()[0] = std::byte{'p'};
        return theirs;
      },
      memory);
  EXPECT_TRUE(back.result() == memory) << "it is the same object";
  auto made = pool.submit([] {
    SharedMemory fresh{1};
    fresh.buf()[0] = std::byte{'m'};
    return fresh;
  });
  EXPECT_EQ(first_byte(made.result()), 'm') << "the worker has let go of it";
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ('a', pool.submit(
                           [](SharedMemory theirs, int) {
                             theirs.buf()[0] = std::byte{'a'};
                             return first_byte(theirs);
                           },
                           SharedMemory{1}, i)
                       .result());
  }
}

TEST_F(ArenaTest, SeveralInOneCallAndTheSameOneTwice) {
  SharedMemory a{1}, b{1};
  Process process{[](std::vector<SharedMemory> all) {
                    if (!(all.at(0) == all.at(2)) || all.at(0) == all.at(1)) platform::exit_now(3);
                    all[0].buf()[0] = std::byte{'a'};
                    all[1].buf()[0] = std::byte{'b'};
                  },
                  std::vector<SharedMemory>{a, b, a}};
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
  EXPECT_EQ(first_byte(a), 'a');
  EXPECT_EQ(first_byte(b), 'b');
}

TEST_F(ArenaTest, WhatADeadProcessHeldIsGivenBack) {
  // Both have several megabytes; one was given to it, one it has made itself.
  const std::uint64_t before = arena_.bytes();
  SharedMemory ready{1};
  {
    SharedMemory given{8 << 20};
    Process holder{[](SharedMemory theirs, SharedMemory says) {
                     const SharedMemory own{4 << 20};
                     own.buf()[0] = theirs.buf()[0];
                     says.buf()[0] = std::byte{1};
                     for (;;) std::this_thread::sleep_for(1h);
                   },
                   given, ready};
    holder.start();
    given.close();
    ASSERT_TRUE(test::eventually([&] { return first_byte(ready) == 1; }));
    EXPECT_GE(arena_.bytes(), before + (12 << 20));
    holder.kill();
    holder.join();
  }
  EXPECT_LT(arena_.bytes(), before + (1 << 20));
}

TEST_F(ArenaTest, AMessageThatNobodyEverReadsHoldsNothing) {
  {
    // Killed before it can have taken its argument.
    Process victim{[](SharedMemory) {}, SharedMemory{4 << 20}};
    victim.start();
    victim.kill();
    victim.join();
  }
  {
    const Process never_started{[](SharedMemory) {}, SharedMemory{4 << 20}};
  }
}

TEST_F(ArenaTest, ADeathAtAnyTimeLeavesNothingBehind) {
  for (int round = 0; round < 200; ++round) {
    SharedMemory common{4096};
    Process churner{[](SharedMemory theirs) {
                      for (;;) {
                        std::vector<SharedMemory> own;
                        for (int i = 0; i < 5; ++i) own.push_back(SharedMemory{8192});
                        own.push_back(theirs);
                        remote::Message message;
                        remote::OutputArchive out{message};
                        out(own);
                      }
                    },
                    common};
    churner.start();
    std::this_thread::sleep_for(std::chrono::microseconds{round * 37 % 4000});
    churner.kill();
    churner.join();
  }
}

TEST_F(ArenaTest, AForkedChildUsesWhatItInheritedAndTakesNothingAway) {
  SharedMemory memory{1};
  const int child = platform::fork_process();
  if (child == 0) {
    memory.buf()[0] = std::byte{'f'};
    memory.close();
    platform::exit_now(0);
  }
  EXPECT_EQ(platform::reap_child(child), 0);
  EXPECT_EQ(first_byte(memory), 'f');
}

}  // namespace
}  // namespace tandem::shared
