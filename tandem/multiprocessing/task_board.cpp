#include "tandem/multiprocessing/task_board.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace tandem::multiprocessing {
namespace {

constexpr sync::Cancel nothing_ends_it{.allowed = false};

}  // namespace

TaskBoard::TaskBoard(std::size_t workers) : TaskBoard{platform::make_sparse_memfd("tandem pool", sizeof(Layout))} {
  if (workers > TaskSlot::max_workers) {
    throw std::invalid_argument("a pool of " + std::to_string(workers) +
                                " worker processes: " + std::to_string(TaskSlot::max_workers) + " are the most");
  }
  const std::size_t places = offsetof(Layout, sent_away) + workers * sizeof(Layout::sent_away[0]);
  platform::allocate(memory_, 0, places);
}

TaskBoard::TaskBoard(platform::Fd memory) : memory_{std::move(memory)}, mapping_{memory_, platform::Mapping::Access::read_write} {}

std::span<std::byte> TaskBoard::room(const TaskSlot& slot) const noexcept {
  const std::uint32_t block = slot.block;
  if (block == 0 || block > TaskSlot::blocks) return const_cast<TaskSlot&>(slot).bytes;
  return layout().blocks[block - 1];
}

void TaskBoard::allocate_block(std::uint32_t block) const {
  platform::allocate(memory_, offsetof(Layout, blocks) + block * TaskSlot::block_size, TaskSlot::block_size);
}

bool TaskBoard::offer(std::uint32_t slot, std::uint64_t attempt) noexcept {
  Layout& all = layout();
  const std::uint64_t tail = all.tail.load(std::memory_order_relaxed);
  if (tail - all.head.load(std::memory_order_acquire) == ring_size && !pass_by()) return false;
  all.ring[tail % ring_size].store(attempt << 16 | slot, std::memory_order_relaxed);
  all.slots[slot].word.store(TaskWord{attempt, 0, TaskSlot::State::offered}.packed(), std::memory_order_release);
  all.tail.exchange(tail + 1, std::memory_order_seq_cst);  // a locked instruction: see Sleepers
  return true;
}

/// Moves the head past what is not to be had any more, as workers do. False if there is nothing of that.
bool TaskBoard::pass_by() noexcept {
  Layout& all = layout();
  const std::uint64_t begin = all.head.load(std::memory_order_acquire);
  const std::uint64_t tail = all.tail.load(std::memory_order_relaxed);
  for (std::uint64_t head = begin; head != tail;) {
    const std::uint64_t entry = all.ring[head % ring_size].load(std::memory_order_relaxed);
    const TaskWord word = all.slots[entry & 0xFFFF].now();
    if (word.attempt == entry >> 16 && word.state == TaskSlot::State::offered) return head != begin;
    // If it fails, a worker has moved it, and `head` is where it is now.
    if (all.head.compare_exchange_strong(head, head + 1, std::memory_order_acq_rel, std::memory_order_acquire)) ++head;
  }
  return true;
}

void TaskBoard::wake(std::uint32_t offers) noexcept { layout().workers.wake_after_locked_instruction(offers); }
void TaskBoard::wake_all() noexcept { layout().workers.wake_everybody(); }

void TaskBoard::take_done(std::vector<std::uint32_t>& slots) noexcept {
  slots.clear();
  Layout& all = layout();
  if (const auto top = all.done.load(std::memory_order_relaxed); top == 0 || top == asleep) return;
  std::uint32_t next = all.done.exchange(0, std::memory_order_acquire);
  while (next - 1 < TaskSlot::count && slots.size() < TaskSlot::count) {
    slots.push_back(next - 1);
    next = all.slots[next - 1].next;
  }
  std::reverse(slots.begin(), slots.end());
}

bool TaskBoard::fall_asleep() noexcept {
  std::uint32_t expected = 0;
  return layout().done.compare_exchange_strong(expected, asleep, std::memory_order_seq_cst);
}

void TaskBoard::wake_up() noexcept {
  std::uint32_t expected = asleep;
  layout().done.compare_exchange_strong(expected, 0, std::memory_order_relaxed);
}

void TaskBoard::close() noexcept {
  layout().closed.store(1, std::memory_order_seq_cst);
  wake_all();
}

void TaskBoard::send_away(Place place) noexcept {
  layout().sent_away[place].store(1, std::memory_order_seq_cst);
  wake_all();
}

void TaskBoard::vacate(Place place) noexcept { layout().sent_away[place].store(0, std::memory_order_relaxed); }

/// The slot first and the head afterwards: who dies or is stopped in between has the task, and the next one moves the head. An
/// entry that is newer than the head which it was looked up for names an attempt that may be taken just as well.
std::optional<std::uint32_t> TaskBoard::try_take(Place place) noexcept {
  Layout& all = layout();
  for (;;) {
    std::uint64_t head = all.head.load(std::memory_order_acquire);
    if (head == all.tail.load(std::memory_order_acquire)) return std::nullopt;
    const std::uint64_t entry = all.ring[head % ring_size].load(std::memory_order_relaxed);
    const auto slot = static_cast<std::uint32_t>(entry & 0xFFFF);
    const TaskWord offered{entry >> 16, 0, TaskSlot::State::offered};
    const TaskWord taken{entry >> 16, place, TaskSlot::State::taken};
    const bool is_ours = slot < TaskSlot::count && all.slots[slot].moves(offered, taken);
    all.head.compare_exchange_strong(head, head + 1, std::memory_order_acq_rel, std::memory_order_relaxed);
    if (is_ours) return slot;
  }
}

std::optional<std::uint32_t> TaskBoard::take(Place place) noexcept {
  Layout& all = layout();
  const auto is_sent_away = [&] { return all.sent_away[place].load(std::memory_order_seq_cst) != 0; };
  const auto is_worth_a_look = [&] {
    return all.tail.load(std::memory_order_seq_cst) != all.head.load(std::memory_order_seq_cst) ||
           all.closed.load(std::memory_order_seq_cst) != 0 || is_sent_away();
  };
  for (;;) {
    if (is_sent_away()) return std::nullopt;
    const bool is_closed = all.closed.load(std::memory_order_seq_cst) != 0;  // before the look: nothing comes after it
    if (const auto slot = try_take(place)) return slot;
    if (is_closed) return std::nullopt;
    all.workers.wait(is_worth_a_look, Sleepers::Each::serves_one, Deadline::never(), nothing_ends_it);
  }
}

bool TaskBoard::settle(std::uint32_t slot, std::uint64_t attempt, Place place) noexcept {
  TaskSlot& it = layout().slots[slot];
  if (it.moves({attempt, place, TaskSlot::State::taken}, {attempt, place, TaskSlot::State::done})) return true;
  // A result that went through the channel may have been collected already, and the slot be used for another task.
  return it.now().attempt != attempt;
}

bool TaskBoard::deliver(std::uint32_t slot) noexcept {
  Layout& all = layout();
  std::uint32_t top = all.done.load(std::memory_order_relaxed);
  do {
    all.slots[slot].next = top == asleep ? 0 : top;
  } while (!all.done.compare_exchange_weak(top, slot + 1, std::memory_order_release, std::memory_order_relaxed));
  return top == asleep;
}

}  // namespace tandem::multiprocessing
