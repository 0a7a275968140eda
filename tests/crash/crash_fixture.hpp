#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/shared/arena.hpp"
#include "tests/multiprocessing/forked_child.hpp"
#include "tests/support/random.hpp"
#include "tests/support/under_sanitizer.hpp"

namespace tandem::test {

/// How often a test repeats itself: a tenth under a sanitizer, where a process takes ten times as long to make.
constexpr int rounds(int n) { return under_sanitizer ? n / 10 : n; }

/// Nobody waits for longer than that, whoever was killed: far more than it ever takes, so that only a hang exceeds it.
inline constexpr std::chrono::seconds patience{30};

/// A test after which the arena holds what it held before: who was killed in it has left nothing behind. What is lost is looked for
/// when a process ends; so there is one more that does, after all handles have gone.
class CrashTest : public ::testing::Test {
 protected:
  ~CrashTest() override {
    multiprocessing::Process::started([] {}).join();
    EXPECT_TRUE(eventually([this] { return arena_.objects() <= objects_; }))
        << arena_.objects() << " shared objects are left, and there were " << objects_;
    EXPECT_TRUE(eventually([this] { return arena_.bytes() <= bytes_; }))
        << arena_.bytes() << " bytes of shared memory are left, and there were " << bytes_;
  }

  /// A time that is different each time, up to `most`: when to kill.
  void wait_a_random_time(std::chrono::microseconds most) {
    std::this_thread::sleep_for(std::chrono::microseconds{random_() % static_cast<std::uint64_t>(most.count())});
  }

  shared::Arena& arena_ = warmed_up();
  std::mt19937_64 random_ = random_engine();

 private:
  // After the tables have what the tests need of them: a row for each process, a page for each 16 slots. They are kept.
  static shared::Arena& warmed_up() {
    std::vector<std::shared_ptr<shared::Object>> objects;
    for (int i = 0; i < 4096; ++i) objects.push_back(shared::Object::make(shared::Kind::memory));
    std::vector<multiprocessing::Process> processes;
    for (int i = 0; i < 16; ++i) processes.push_back(multiprocessing::Process::started([] {}));
    return shared::Arena::instance();
  }

  const std::uint32_t objects_ = arena_.objects();
  const std::uint64_t bytes_ = arena_.bytes();
};

}  // namespace tandem::test
