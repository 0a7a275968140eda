// A fork in a threaded program deadlocks: a lock that another thread held stays locked in the child (cpython gh-84559, TileDB#1163,
// asio#1503).

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

/// Takes the locks of malloc and of stdio over and over.
void allocate_and_log(std::FILE* log, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    std::vector<std::unique_ptr<std::string>> pieces;
    for (int k = 0; k < 20; ++k) pieces.push_back(std::make_unique<std::string>(static_cast<std::size_t>(100 + 37 * k), 'x'));
    std::fprintf(log, "%s\n", pieces.back()->c_str());
  }
}

TEST(Pain06, AThousandProcessesFromAProgramWithEightBusyThreads) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> log{std::fopen("/dev/null", "we"), &std::fclose};
  ASSERT_NE(log, nullptr);
  std::atomic<bool> stop{false};
  std::vector<std::jthread> busy;
  for (int i = 0; i < 8; ++i) {
    busy.emplace_back([&] {
      while (!stop) {
        allocate_and_log(log.get(), 10);
      }
    });
  }
  constexpr int total = 1000;
  constexpr int at_once = 50;
  int well = 0;
  for (int begun = 0; begun < total; begun += at_once) {
    std::vector<multiprocessing::Process> all;
    for (int i = 0; i < at_once; ++i) {
      all.push_back(multiprocessing::Process::started([] {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> own{std::fopen("/dev/null", "we"), &std::fclose};
        allocate_and_log(own.get(), 3);
        std::thread{[&] { allocate_and_log(own.get(), 3); }}.join();
      }));
    }
    for (auto& process : all) {
      ASSERT_TRUE(process.join(60s)) << "a child hangs";
      well += process.exitcode() == 0 ? 1 : 0;
    }
  }
  stop = true;
  EXPECT_EQ(well, total);
}

}  // namespace
}  // namespace tandem::test
