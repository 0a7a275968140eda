#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <map>

#include "tandem/base/atomics.hpp"
#include "tandem/base/intrusive_list.hpp"
#include "tandem/futures/runnable.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::futures {

/// Where tasks of a pool wait that do not come from its own workers, or have options: higher ones first, first come, first
/// served among equals. Tasks of the usual priority, 0, take no allocation.
///
/// Thread safety: all members may be called from any thread. Memory order: what was done before put() is visible to whoever takes
/// that task. put(), size() and urgent() are sequentially consistent as those of WorkDeque are.
class CentralQueue {
 public:
  static constexpr int any_priority = std::numeric_limits<int>::min();

  /// False, and the task is not in it, once closed. Throws std::bad_alloc, and then the task is not in it either.
  bool put(Runnable& task);
  /// The same for tasks that were taken on before, such as those that are begun again: also once closed.
  void put_back(Runnable& task);
  /// The next one of at least this priority, or nullptr.
  Runnable* take(int at_least = any_priority) noexcept;
  /// Takes this one out; false if it is not in it.
  bool take_out(Runnable& task) noexcept;
  void close() noexcept;

  /// Of the moment.
  std::size_t size() const noexcept { return size_.load(std::memory_order_seq_cst); }
  /// Whether there may be tasks that go before those of the usual priority.
  bool urgent() const noexcept { return urgent_.load(std::memory_order_seq_cst) != 0; }

 private:
  using Tasks = base::IntrusiveList<Runnable>;

  void add(Runnable& task);
  void remove(Runnable& task) noexcept;
  Runnable* first() noexcept;

  sync::Lock lock_{"ThreadPoolExecutor's queue"};  // guards all below; the counts may be read without
  Tasks usual_;
  std::map<int, Tasks, std::greater<>> others_;  // by priority, without 0; none is empty
  bool closed_ = false;
  base::Atomic<std::size_t> size_{0};
  base::Atomic<std::size_t> urgent_{0};  // how many of a priority above 0
};

}  // namespace tandem::futures
