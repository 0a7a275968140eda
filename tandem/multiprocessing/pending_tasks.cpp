#include "tandem/multiprocessing/pending_tasks.hpp"

#include <utility>

namespace tandem::multiprocessing {

std::deque<PendingTasks::Task>& PendingTasks::queue_for(const PoolTask& task) {
  if (ready_count_++ == 0 && !ready_.contains(task.options().priority)) ready_.clear();
  return ready_[task.options().priority];
}

void PendingTasks::push(Task task) {
  auto& tasks = queue_for(*task);
  tasks.push_back(std::move(task));
}

void PendingTasks::give_back(Task task) {
  auto& tasks = queue_for(*task);
  tasks.push_front(std::move(task));
}

void PendingTasks::push_later(Task task, Deadline when) { later_.emplace(when, std::move(task)); }

std::vector<PendingTasks::Task> PendingTasks::take_due() {
  std::vector<Task> due;
  while (!later_.empty() && later_.begin()->first.expired()) due.push_back(std::move(later_.extract(later_.begin()).mapped()));
  return due;
}

PendingTasks::Task PendingTasks::pop() {
  if (ready_count_ == 0) return nullptr;
  const auto first = ready_.begin();
  Task task = std::move(first->second.front());
  first->second.pop_front();
  --ready_count_;
  if (first->second.empty() && ready_.size() > 1) ready_.erase(first);
  return task;
}

}  // namespace tandem::multiprocessing
