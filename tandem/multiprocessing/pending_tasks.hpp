#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/multiprocessing/pool_task.hpp"

namespace tandem::multiprocessing {

/// The tasks that a pool has and no worker: in the order in which workers get them, which is that of their priority, and first come
/// first served among equals. And those whose next attempt is to begin later. Not for several threads at once.
class PendingTasks {
 public:
  using Task = std::shared_ptr<PoolTask>;

  /// Behind those of its priority.
  void push(Task task);
  /// Before them: somebody had got it, and has not begun it.
  void give_back(Task task);
  /// To be given out from that time on.
  void push_later(Task task, Deadline when);
  /// Takes those out whose time has come.
  std::vector<Task> take_due();
  /// When that is for the next of them.
  Deadline next_due() const noexcept { return later_.empty() ? Deadline::never() : later_.begin()->first; }

  /// The next one; nullptr if none is ready.
  Task pop();
  bool none_ready() const noexcept { return ready_count_ == 0; }
  bool empty() const noexcept { return ready_count_ == 0 && later_.empty(); }

  /// Takes out all for which `is_wanted(task)`.
  template <std::predicate<const PoolTask&> Predicate>
  std::vector<Task> take_if(Predicate is_wanted);

 private:
  std::deque<Task>& queue_for(const PoolTask& task);

  // By priority. None of the queues is empty, but if it is the only one: mostly there is but one, which comes and goes with each
  // task.
  std::map<int, std::deque<Task>, std::greater<>> ready_;
  std::size_t ready_count_ = 0;
  std::multimap<Deadline, Task> later_;
};

template <std::predicate<const PoolTask&> Predicate>
std::vector<PendingTasks::Task> PendingTasks::take_if(Predicate is_wanted) {
  std::vector<Task> taken;
  for (auto& [priority, tasks] : ready_) {
    const auto wanted = std::ranges::stable_partition(tasks, [&](const Task& task) { return !is_wanted(*task); });
    std::ranges::move(wanted, std::back_inserter(taken));
    tasks.erase(wanted.begin(), wanted.end());
  }
  ready_count_ -= taken.size();
  std::erase_if(ready_, [](const auto& entry) { return entry.second.empty(); });
  for (auto entry = later_.begin(); entry != later_.end();) {
    if (is_wanted(*entry->second)) {
      taken.push_back(std::move(entry->second));
      entry = later_.erase(entry);
    } else {
      ++entry;
    }
  }
  return taken;
}

}  // namespace tandem::multiprocessing
