// Arguments and results that do not fit on the board.

#include <array>
#include <chrono>
#include <csignal>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/value.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;

/// Cheap to make and to compare also where each access is checked.
std::string text_of(int number, std::size_t size) {
  std::string text(size, static_cast<char>('a' + number % 26));
  text.front() = 'F';
  text.back() = 'B';
  return text;
}

std::string turned(std::string text) {
  std::swap(text.front(), text.back());
  return text;
}

/// From what fits on the board to what is larger than any crate.
constexpr std::array<std::size_t, 6> sizes{100, 20'000, 40'000, 300'000, 3'000'000, 40'000'000};

TEST(ProcessPoolLarge, ComesThereAndBackWhateverItsSize) {
  ProcessPoolExecutor pool{2};
  for (int round = 0; round < 2; ++round) {
    for (const std::size_t size : sizes) {
      const std::string text = text_of(round, size);
      EXPECT_TRUE(pool.submit(turned, text).result(60s) == turned(text)) << size;
    }
  }
}

TEST(ProcessPoolLarge, SeveralAtOnceAreNotMixedUp) {
  ProcessPoolExecutor pool{2};
  std::vector<Future<std::string>> all;
  constexpr int count = 60;
  for (int i = 0; i < count; ++i) all.push_back(pool.submit(turned, text_of(i, sizes[static_cast<std::size_t>(i) % 5])));
  for (int i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(i);
    EXPECT_TRUE(all[index].result(60s) == turned(text_of(i, sizes[index % 5]))) << i;
  }
}

TEST(ProcessPoolLarge, NumbersInARowBehindAnythingElse) {
  ProcessPoolExecutor pool{1};
  std::vector<double> numbers(20'000);
  std::iota(numbers.begin(), numbers.end(), 0.5);
  const auto twice = [](bool /*makes what follows lie askew*/, std::vector<double> taken) {
    for (double& number : taken) number *= 2;
    return taken;
  };
  const std::vector<double> result = pool.submit(twice, true, numbers).result(60s);
  for (double& number : numbers) number *= 2;
  EXPECT_TRUE(result == numbers);
}

TEST(ProcessPoolLarge, ARetryGetsTheSameArgument) {
  ProcessPoolExecutor pool{1};
  multiprocessing::Value<int> attempts{0};
  const std::string text = text_of(1, 1'000'000);
  auto future = pool.with({.retries = 3})
                    .submit(
                        [](multiprocessing::Value<int> made, std::string taken) {
                          made.update([](int& n) { ++n; });
                          if (made.value() < 3) ::raise(SIGKILL);
                          return taken;
                        },
                        attempts, text);
  EXPECT_TRUE(future.result(60s) == text);
  EXPECT_EQ(attempts.value(), 3);
}

TEST(ProcessPoolLarge, WorkersThatDieWithThemDoNotUseThemUp) {
  ProcessPoolExecutor pool{1};
  const std::string text = text_of(2, 5'000'000);
  for (int i = 0; i < 20; ++i) {
    auto crash = pool.submit([](std::string /*taken*/) { ::raise(SIGKILL); }, text);
    EXPECT_THROW(crash.result(60s), WorkerCrashed);
    EXPECT_TRUE(pool.submit(turned, text).result(60s) == turned(text));
  }
}

TEST(ProcessPoolLarge, ATaskThatForksIsAnsweredOnceAndUnharmed) {
  ProcessPoolExecutor pool{1};
  for (int i = 0; i < 10; ++i) {
    auto future = pool.submit(
        [](int number) {
          const int child = ::fork();  // both return: something else each
          return text_of(child == 0 ? -1 : number, 1'000'000);
        },
        i);
    EXPECT_TRUE(future.result(60s) == text_of(i, 1'000'000));
  }
}

TEST(ProcessPoolLarge, AResultMayOutliveItsPool) {
  Future<std::string> result;
  Future<std::string> cancelled;
  const std::string text = text_of(3, 1'000'000);
  {
    ProcessPoolExecutor pool{1};
    result = pool.submit(turned, text);
    for (int i = 0; i < 10; ++i) cancelled = pool.submit(turned, text);
    cancelled.cancel();
  }
  EXPECT_TRUE(result.result() == turned(text));
}

}  // namespace
}  // namespace tandem::futures
