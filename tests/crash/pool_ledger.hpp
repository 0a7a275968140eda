#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/future.hpp"
#include "tandem/multiprocessing/array.hpp"

namespace tandem::test {

/// How often a task's function was begun and came to its end, in whichever processes. Counted there, in memory that outlives them.
struct Executions {
  std::uint32_t begun = 0, ended = 0;
};
using ExecutionsOfAll = multiprocessing::RawArray<Executions>;

/// For the task's function, first and last of all.
inline void note_begun(const ExecutionsOfAll& all, int task) {
  std::atomic_ref{all[static_cast<std::size_t>(task)].begun}.fetch_add(1, std::memory_order_relaxed);
}
inline void note_ended(const ExecutionsOfAll& all, int task) {
  std::atomic_ref{all[static_cast<std::size_t>(task)].ended}.fetch_add(1, std::memory_order_relaxed);
}

/// What became of the tasks 0, 1, 2 ... of a pool, to show that each ended exactly once. A future alone cannot show it: a second
/// end never gets into it, and an attempt too many leaves no trace there. So what a look at the future found is compared with how
/// often the function was executed; and PoolTest looks for results that were dropped.
class PoolLedger {
 public:
  explicit PoolLedger(int tasks)
      : executions_{static_cast<std::size_t>(tasks)}, told_(executions_.size()), looks_(executions_.size()) {}

  /// For the tasks, as an argument.
  const ExecutionsOfAll& executions() const noexcept { return executions_; }

  template <class R>
  void watch(int task, futures::Future<R>& future) {
    future.add_done_callback([this, task](auto& /*done*/) { ++told_[static_cast<std::size_t>(task)]; });
  }
  /// The future had this task's result, or an error in its place.
  void found(int task, bool has_result) {
    auto& look = looks_.at(static_cast<std::size_t>(task));
    ASSERT_FALSE(look) << "task " << task << " is looked at twice";
    look = has_result;
  }

  /// When the pool has gone: no task is begun any more. If there were retries, give how many attempts each had.
  void expect_one_end_each(std::uint32_t attempts = 1) const {
    for (std::size_t task = 0; task < looks_.size(); ++task) {
      const auto [begun, ended] = executions_[task];
      ASSERT_EQ(told_[task], 1) << "task " << task;
      ASSERT_TRUE(looks_[task]) << "nobody has looked at task " << task;
      ASSERT_LE(begun, attempts) << "task " << task;
      ASSERT_LE(ended, begun) << "task " << task;
      if (*looks_[task]) {
        ASSERT_GE(ended, 1U) << "task " << task << " has a result that nobody computed";
      }
    }
  }
  /// Of all tasks.
  std::uint32_t begun() const {
    return std::transform_reduce(executions_.begin(), executions_.end(), 0U, std::plus{}, [](Executions one) { return one.begun; });
  }

 private:
  ExecutionsOfAll executions_;
  std::vector<std::atomic<int>> told_;
  std::vector<std::optional<bool>> looks_;
};

}  // namespace tandem::test
