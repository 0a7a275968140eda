// An executor deadlocks when a child dies during a large send (cpython gh-94777, gh-105829).

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/base/deadline.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tests/pains/tasks.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

/// Where a worker is that receives a Large.
struct Progress {
  std::atomic<int> pid{0};         // of the worker, as soon as it reads
  std::atomic<bool> ended{false};  // it has read all
};

/// A large argument that tells when it is read.
class Large {
 public:
  Large() = default;
  Large(multiprocessing::RawValue<Progress> progress, std::size_t size) : progress_{std::move(progress)}, text_(size, 'x') {}

  std::size_t size() const noexcept { return text_.size(); }

  template <class Archive>
  void save(Archive& archive) const {
    archive(progress_, text_);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(progress_);
    progress_->pid = static_cast<int>(::getpid());
    archive(text_);
    progress_->ended = true;
  }

 private:
  multiprocessing::RawValue<Progress> progress_;
  std::string text_;
};

std::size_t length(const Large& large) { return large.size(); }

/// Kills workers while they read an argument of that size, until that was done for some times.
void kill_while_it_receives(std::size_t size) {
  futures::ProcessPoolExecutor pool{1};
  auto random = random_engine();
  int hits = 0;
  for (int round = 0; hits < 5; ++round) {
    ASSERT_LT(round, 200) << hits << " of the kills were in time";
    multiprocessing::RawValue<Progress> progress;
    auto future = pool.submit(length, Large{progress, size});
    // Without a pause: it reads for some milliseconds only. Then somewhere in the first half of them.
    for (const Deadline limit{20s}; progress->pid == 0; std::this_thread::yield()) ASSERT_FALSE(limit.expired());
    for (const Deadline moment{std::chrono::nanoseconds{random() % (size / 20)}}; !moment.expired();) {
    }
    ::kill(progress->pid, SIGKILL);
    try {
      EXPECT_EQ(future.result(60s), size);  // it was quicker
    } catch (const futures::WorkerCrashed& crash) {
      EXPECT_EQ(crash.signal(), SIGKILL);
      if (!progress->ended) ++hits;
    }
    EXPECT_EQ(pool.submit(next, 1).result(20s), 2) << "the pool goes on";
  }
}

// In memory that is used again, which the killed one leaves half read.
TEST(Pain05, AWorkerKilledWhileItReceives8MiB) { kill_while_it_receives(8 * 1024 * 1024); }
// In memory of its own.
TEST(Pain05, AWorkerKilledWhileItReceives64MiB) { kill_while_it_receives(64 * 1024 * 1024); }

}  // namespace
}  // namespace tandem::test
