#include "tandem/multiprocessing/offered_tasks.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

namespace tandem::multiprocessing {
namespace {

std::size_t size_of(const remote::Message& message) {
  return message.objects.size() * sizeof(shared::Reference) + message.bytes.size();
}

void write(const remote::Message& message, std::span<std::byte> room) {
  std::byte* at = room.data();
  for (const auto& object : message.objects) {
    const shared::Reference reference = object->reference();
    std::memcpy(at, &reference, sizeof reference);
    at += sizeof reference;
  }
  if (!message.bytes.empty()) std::memcpy(at, message.bytes.data(), message.bytes.size());
}

}  // namespace

OfferedTasks::OfferedTasks(TaskBoard& board) : board_{board}, tasks_(TaskSlot::count), blocks_(TaskSlot::count) {
  free_slots_.reserve(TaskSlot::count);
  for (std::uint32_t slot = TaskSlot::count; slot > 0; --slot) free_slots_.push_back(slot - 1);
}

bool OfferedTasks::offer(const Task& task, std::uint64_t attempt) {
  if (free_slots_.empty()) return false;
  const bool was_empty = empty();
  const std::uint32_t number = free_slots_.back();
  TaskSlot& slot = board_.slot(number);
  const futures::TaskOptions& options = task->options();
  slot.begun_at.store(0, std::memory_order_relaxed);
  slot.memory_limit = options.memory_limit.value_or(0);
  slot.is_timed = options.timeout.has_value();
  if (!find_room(slot, task->message)) return false;
  if (!slot.is_sent) write(task->message, board_.room(slot));
  task->slot = number;
  task->attempt = attempt;
  tasks_[number] = task;
  blocks_[number] = slot.block;
  free_slots_.pop_back();
  if (!board_.offer(number, attempt)) {
    remove(*task);
    return false;
  }
  lowest_priority_ = was_empty ? options.priority : std::min(lowest_priority_, options.priority);
  return true;
}

/// Says where the call's bytes are to stand. False if there may be a place for them later.
bool OfferedTasks::find_room(TaskSlot& slot, const remote::Message& message) {
  const std::size_t size = size_of(message);
  slot.block = 0;
  slot.is_sent = !message.descriptors.empty() || message.stowed || size > TaskSlot::block_size;
  slot.size = slot.is_sent ? 0 : static_cast<std::uint32_t>(size);
  slot.references = slot.is_sent ? std::uint16_t{0} : static_cast<std::uint16_t>(message.objects.size());
  if (slot.is_sent || size <= TaskSlot::room) return true;
  if (free_blocks_.empty() && blocks_made_ < TaskSlot::blocks) {
    try {
      board_.allocate_block(blocks_made_);
      free_blocks_.push_back(blocks_made_++);
    } catch (const std::system_error&) {
      slot.is_sent = true;  // memory is short: there may be enough for this one, and if not, the channel says so
      slot.size = 0;
      slot.references = 0;
      return true;
    }
  }
  if (free_blocks_.empty()) return false;
  slot.block = free_blocks_.back() + 1;
  free_blocks_.pop_back();
  return true;
}

OfferedTasks::Task OfferedTasks::at(std::uint32_t slot, std::uint64_t attempt) const {
  if (slot >= TaskSlot::count || tasks_[slot] == nullptr || tasks_[slot]->attempt != attempt) return nullptr;
  return tasks_[slot];
}

void OfferedTasks::remove(PoolTask& task) noexcept {
  const std::uint32_t slot = *task.slot;
  task.slot.reset();
  if (const std::uint32_t block = std::exchange(blocks_[slot], 0); block != 0) free_blocks_.push_back(block - 1);
  free_slots_.push_back(slot);
  tasks_[slot].reset();
}

bool OfferedTasks::revoke(PoolTask& task) noexcept {
  using State = TaskSlot::State;
  if (!board_.slot(*task.slot).moves({task.attempt, 0, State::offered}, {task.attempt, 0, State::revoked})) return false;
  remove(task);
  return true;
}

std::vector<OfferedTasks::Task> OfferedTasks::recall() {
  std::vector<Task> recalled;
  board_.look_back([&](std::uint32_t slot, std::uint64_t attempt) {
    Task task = at(slot, attempt);
    if (task != nullptr && revoke(*task)) recalled.push_back(std::move(task));
  });
  return recalled;
}

}  // namespace tandem::multiprocessing
