#include "tandem/futures/central_queue.hpp"

#include "tandem/sync/guard.hpp"

namespace tandem::futures {

bool CentralQueue::put(Runnable& task) {
  const sync::Guard hold{lock_};
  if (closed_) return false;
  add(task);
  return true;
}

void CentralQueue::put_back(Runnable& task) {
  const sync::Guard hold{lock_};
  add(task);
}

Runnable* CentralQueue::take(int at_least) noexcept {
  if (size() == 0) return nullptr;
  const sync::Guard hold{lock_};
  Runnable* const task = first();
  if (task == nullptr || task->priority() < at_least) return nullptr;
  remove(*task);
  return task;
}

bool CentralQueue::take_out(Runnable& task) noexcept {
  if (size() == 0) return false;
  const sync::Guard hold{lock_};
  if (!task.linked()) return false;
  remove(task);
  return true;
}

void CentralQueue::close() noexcept {
  const sync::Guard hold{lock_};
  closed_ = true;
}

void CentralQueue::add(Runnable& task) {
  if (task.priority() == 0) {
    usual_.push_back(task);
  } else {
    others_[task.priority()].push_back(task);
  }
  if (task.priority() > 0) urgent_.store(urgent_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
  size_.store(size_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
}

void CentralQueue::remove(Runnable& task) noexcept {
  if (task.priority() == 0) {
    usual_.remove(task);
  } else {
    const auto level = others_.find(task.priority());
    level->second.remove(task);
    if (level->second.empty()) others_.erase(level);
  }
  // Who reads a count that is too high looks in vain once, which is harmless; so these need no order.
  if (task.priority() > 0) urgent_.store(urgent_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  size_.store(size_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
}

Runnable* CentralQueue::first() noexcept {
  if (!others_.empty() && others_.begin()->first > 0) return others_.begin()->second.front();
  if (Runnable* const usual = usual_.front()) return usual;
  return others_.empty() ? nullptr : others_.begin()->second.front();
}

}  // namespace tandem::futures
