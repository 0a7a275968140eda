#include "tandem/multiprocessing/value.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/array.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/platform/process.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::multiprocessing {
namespace {

using namespace std::chrono_literals;

TEST(SharedValue, IsOneForAllProcesses) {
  Value<int> counter{5};
  EXPECT_EQ(counter.value(), 5);
  std::vector<Process> processes;
  for (int i = 0; i < 4; ++i) {
    processes.push_back(Process::started(
        [](Value<int> theirs) {
          for (int n = 0; n < 1000; ++n) theirs.update([](int& it) { ++it; });
        },
        counter));
  }
  for (auto& process : processes) process.join();
  EXPECT_EQ(counter.value(), 4005);
  counter.value(-1);
  EXPECT_EQ(counter.value(), -1);
}

TEST(SharedValue, UpdateGivesWhatTheChangeReturns) {
  Value<double> balance{100.0};
  EXPECT_TRUE(balance.update([](double& it) {
    if (it < 60) return false;
    it -= 60;
    return true;
  }));
  EXPECT_FALSE(balance.update([](double& it) {
    if (it < 60) return false;
    it -= 60;
    return true;
  }));
  EXPECT_EQ(balance.value(), 40.0);
}

TEST(SharedValue, AChangeThatThrowsIsNone) {
  Value<std::array<int, 3>> numbers{{1, 2, 3}};
  EXPECT_THROW(numbers.update([](std::array<int, 3>& it) {
    it[0] = 9;
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(numbers.value(), (std::array{1, 2, 3}));
}

TEST(SharedValue, MayBeLarge) {
  Value<std::array<int, 1000>> numbers;
  Process writer{[](Value<std::array<int, 1000>> theirs) { theirs.update([](auto& it) { std::iota(it.begin(), it.end(), 0); }); },
                 numbers};
  writer.start();
  writer.join();
  EXPECT_EQ(numbers.value()[999], 999);
}

TEST(SharedValue, ItsLockMakesOneOfSeveralCalls) {
  Value<int> a{1};
  Value<int> b{2};
  RLock lock = a.get_lock();
  {
    const std::scoped_lock hold{lock};
    const int was = a.value();
    a.value(b.value());
    b.value(was);
    std::thread{[&] { EXPECT_FALSE(a.get_lock().acquire(10ms)); }}.join();
  }
  EXPECT_EQ(a.value(), 2);
  EXPECT_EQ(b.value(), 1);
  // The lock alone may go to another process, too.
  Process other{[](RLock theirs) {
                  if (!theirs.acquire(20s)) platform::exit_now(2);
                  theirs.release();
                },
                lock};
  other.start();
  other.join();
  EXPECT_EQ(other.exitcode(), 0);
}

TEST(SharedValue, IsWholeThoughItsWriterDies) {
  Value<std::array<int, 64>> numbers;
  Value<int> ready;
  Process writer{[](Value<std::array<int, 64>> theirs, Value<int> says) {
                   theirs.update([&](auto& it) {
                     it.fill(1);
                     says.value(1);
                     for (;;) std::this_thread::sleep_for(1h);
                   });
                 },
                 numbers, ready};
  writer.start();
  ASSERT_TRUE(test::eventually([&] { return ready.value() == 1; }));
  EXPECT_FALSE(numbers.get_lock().acquire(20ms)) << "it lives and holds it";
  writer.kill();
  writer.join();
  RLock lock = numbers.get_lock();
  ASSERT_TRUE(lock.acquire(20s));
  EXPECT_TRUE(lock.recovered());
  EXPECT_EQ(numbers.value()[0], 0);
  lock.release();
}

TEST(SharedRawValue, IsPlainMemory) {
  RawValue<std::atomic<int>> hits;
  std::vector<Process> processes;
  for (int i = 0; i < 3; ++i) {
    processes.push_back(Process::started(
        [](RawValue<std::atomic<int>> theirs) {
          for (int n = 0; n < 1000; ++n) ++*theirs;
        },
        hits));
  }
  for (auto& process : processes) process.join();
  EXPECT_EQ(*hits, 3000);
}

TEST(SharedArray, IsOneForAllProcesses) {
  Array<int> numbers{1, 2, 3};
  EXPECT_EQ(numbers.size(), 3U);
  Process doubler{[](Array<int> theirs) {
                    for (std::size_t i = 0; i < theirs.size(); ++i) theirs.update(i, [](int& n) { n *= 2; });
                    theirs[0] = theirs[1] + theirs[2];
                  },
                  numbers};
  doubler.start();
  doubler.join();
  EXPECT_EQ(numbers.copy(), (std::vector{10, 4, 6}));
  int sum = 0;
  for (const int number : numbers) sum += number;
  EXPECT_EQ(sum, 20);
  EXPECT_THROW(numbers[3] = 1, std::out_of_range);
  EXPECT_THROW(numbers.get(100), std::out_of_range);
  EXPECT_THROW(Array<int>{0}, std::invalid_argument);
}

TEST(SharedArray, MayBeLarge) {
  Array<double> numbers{1'000'000};
  numbers[999'999] = 0.5;
  EXPECT_EQ(numbers[999'999], 0.5);
  EXPECT_EQ(numbers[0], 0.0);
}

TEST(SharedRawArray, IsASpan) {
  RawArray<int> numbers{1000};
  Process writer{[](RawArray<int> theirs) { std::iota(theirs.begin(), theirs.end(), 0); }, numbers};
  writer.start();
  writer.join();
  EXPECT_EQ(numbers.span()[999], 999);
  EXPECT_EQ(numbers[5], 5);
  EXPECT_THROW(numbers[1000], std::out_of_range);
}

}  // namespace
}  // namespace tandem::multiprocessing
