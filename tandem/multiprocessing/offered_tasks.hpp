#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "tandem/multiprocessing/pool_task.hpp"
#include "tandem/multiprocessing/task_board.hpp"

namespace tandem::multiprocessing {

/// The tasks of a pool that are on its TaskBoard: the pool's side of the slots. Not for several threads at once.
class OfferedTasks {
 public:
  using Task = std::shared_ptr<PoolTask>;

  explicit OfferedTasks(TaskBoard& board);

  std::size_t size() const noexcept { return TaskSlot::count - free_slots_.size(); }
  bool empty() const noexcept { return free_slots_.size() == TaskSlot::count; }
  /// Of those that are there, or were since it was empty.
  int lowest_priority() const noexcept { return lowest_priority_; }

  /// Fills a slot, and offers it to the workers as the attempt of that number; waking them is left to the caller. False if there is
  /// no room for it at the moment.
  bool offer(const Task& task, std::uint64_t attempt);
  /// Of the attempt in that slot; nullptr if there is none, or another one.
  Task at(std::uint32_t slot, std::uint64_t attempt) const;
  /// The latest in that slot.
  const Task& at(std::uint32_t slot) const { return tasks_[slot]; }
  /// The slot may be used again. No worker has it, or none that lives.
  void remove(PoolTask& task) noexcept;
  /// Takes it back, unless a worker has taken it.
  bool revoke(PoolTask& task) noexcept;
  /// Takes back all that no worker has taken, latest first.
  std::vector<Task> recall();

  /// Calls `visit(task, slot)` for each.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Task& task : tasks_) {
      if (task != nullptr) visit(task, board_.slot(*task->slot));
    }
  }

 private:
  bool find_room(TaskSlot& slot, const remote::Message& message);

  TaskBoard& board_;
  std::vector<Task> tasks_;                // by slot
  std::vector<std::uint32_t> blocks_;      // likewise: as TaskSlot::block, where no worker can write over it
  std::vector<std::uint32_t> free_slots_;  // those used last at the end: they are in the cache
  std::vector<std::uint32_t> free_blocks_;
  std::uint32_t blocks_made_ = 0;
  int lowest_priority_ = 0;
};

}  // namespace tandem::multiprocessing
