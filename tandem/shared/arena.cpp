#include "tandem/shared/arena.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace tandem::shared {
namespace {

constexpr std::uint64_t page = Window::page;

constinit std::array<Arena::Contents, 256> contents_of{};  // by kind

/// Where the arena is that others have made, until it is taken up.
struct Inheritance {
  platform::Fd file;
  std::uint32_t process = 0;
  bool is_too_late = false;
};
constinit Inheritance inheritance;

template <class T>
void raise_to(base::Atomic<T>& number, T least) noexcept {
  T seen = number.load(std::memory_order_relaxed);
  while (seen < least && !number.compare_exchange_weak(seen, least, std::memory_order_seq_cst, std::memory_order_relaxed)) {
  }
}

}  // namespace

/// The first page.
struct Arena::Header {
  // How many slots were ever in use, and how many processes there were at a time: the ends of the tables. Both only grow.
  base::Atomic<std::uint32_t> slots;
  base::Atomic<std::uint32_t> processes;
  // A bit for each process: it is there, and its row means something. Set before it exists, cleared when its row has been struck
  // out. The rows of others are not even looked at: reading memory that was given back would bring it back.
  std::array<base::Atomic<std::uint64_t>, max_processes / 64> is_there;
  // Whether it is worth while to search for a free slot before another one is taken into use, and where to begin. Hints: any values
  // will do. A death may make the number wrong; the one who clears up after it counts anew.
  base::Atomic<std::uint32_t> free_slots;
  base::Atomic<std::uint32_t> search_from;
  // One more than the slot whose object the fork server looks through, or 0. Who wants to end that one leaves it to the fork
  // server.
  base::Atomic<std::uint32_t> looked_at;
  sync::RobustLockWord names;
};

namespace {

// The tables, one behind the other, from the beginning of the file.
constexpr std::uint64_t row_bytes = Arena::max_slots * sizeof(std::uint16_t);
constexpr std::uint64_t rows_begin = page;
constexpr std::uint64_t slots_begin = rows_begin + Arena::max_processes * row_bytes;
constexpr std::uint64_t tables_end = slots_begin + Arena::max_slots * sizeof(Slot);
constexpr std::uint32_t shares_per_page = page / sizeof(std::uint16_t);
static_assert(tables_end < Window::size, "the first window is theirs");
static_assert(row_bytes % page == 0 && page % sizeof(Slot) == 0);

}  // namespace

Arena::Arena() : Arena{platform::make_sparse_memfd("tandem arena", (std::uint64_t{max_slots} + 1) << Window::size_bits), 0} {
  platform::allocate(file_, 0, page);
  process_ = enter();
}

Arena::Arena(platform::Fd file, std::uint32_t process)
    : file_{std::move(file)},
      tables_{file_, platform::Mapping::Access::read_write, 0, tables_end},
      header_{reinterpret_cast<Header*>(tables_.data())},
      rows_{reinterpret_cast<Shares*>(tables_.data() + rows_begin)},
      slots_{reinterpret_cast<Slot*>(tables_.data() + slots_begin)},
      process_{process} {}

Arena& Arena::instance() {
  // Never destroyed: handles in static objects may outlive anything else that is static.
  static Arena& made = []() -> Arena& {
    inheritance.is_too_late = true;
    return inheritance.file ? *new Arena{std::move(inheritance.file), inheritance.process} : *new Arena;
  }();
  return made;
}

void Arena::inherit(platform::Fd file, std::uint32_t process) {
  if (inheritance.is_too_late) {
    throw std::logic_error(
        "a shared object was made before tandem::init(argc, argv): under the start method 'spawn' each process would make its own, "
        "in memory of its own. Make it after init(), and pass it to the process as an argument");
  }
  inheritance.file = std::move(file);
  inheritance.process = process;
}

std::uint32_t Arena::slots_used() const noexcept { return header_->slots.load(std::memory_order_seq_cst); }

sync::RobustLockWord& Arena::names_lock() const noexcept { return header_->names; }

std::uint32_t Arena::objects() const noexcept {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < slots_used(); ++i) count += life(i).phase == Life::Phase::live ? 1 : 0;
  return count;
}

std::uint32_t Arena::processes() const noexcept {
  int count = 0;
  for (const auto& some : header_->is_there) count += std::popcount(some.load(std::memory_order_seq_cst));
  return static_cast<std::uint32_t>(count);
}

void Arena::contents(Kind kind, Contents contents) noexcept { contents_of[static_cast<std::size_t>(kind)] = contents; }
const Arena::Contents& Arena::contents(Kind kind) noexcept { return contents_of[static_cast<std::size_t>(kind)]; }

// Processes

std::uint32_t Arena::enter() {
  // The numbers that are in use are known to the fork server only, which asks one after the other; `entered_` need not be shared.
  const auto free = std::find(entered_.begin(), entered_.end(), false);
  if (free == entered_.end() && entered_.size() == max_processes) {
    throw std::runtime_error("there are " + std::to_string(max_processes) + " processes already: wait for some of them to end");
  }
  const auto process = static_cast<std::uint32_t>(free - entered_.begin());
  if (free == entered_.end()) entered_.push_back(false);
  // First it is counted, then its row is backed as far as there are slots; who makes a slot does these two in the other order. So
  // either of them sees to each page, if not both.
  platform::give_back(file_, rows_begin + process * row_bytes, row_bytes);  // what came for its predecessor after that had left
  raise_to(header_->processes, process + 1);
  back_row(process, 0, std::max(slots_used(), 1U));
  header_->is_there[process / 64].fetch_or(std::uint64_t{1} << process % 64, std::memory_order_seq_cst);
  entered_[process] = true;
  return process;
}

void Arena::leave(std::uint32_t process) noexcept {
  const std::uint32_t used = slots_used();
  for (std::uint32_t i = 0; i < used; ++i) {
    if (shares(process, i).load(std::memory_order_seq_cst) == 0) continue;
    slots_[i].transfers.fetch_add(1, std::memory_order_seq_cst);  // it may have died after it raised somebody's number, see give()
    shares(process, i).store(0, std::memory_order_seq_cst);
  }
  std::uint32_t free_slots = 0;
  for (std::uint32_t i = 0; i < used; ++i) {
    const Life now = life(i);
    switch (now.phase) {
      case Life::Phase::free:
        break;
      case Life::Phase::live:
        end_if_unheld(i);
        break;
      case Life::Phase::making:
        if (now.owner != process) break;
        slots_[i].life.store(Life{Life::Phase::free, Kind::none, 0, now.generation}.packed(), std::memory_order_release);
        break;
      case Life::Phase::dying:
        if (now.owner == process) end(i, now);
        end_left_over(i);
        break;
    }
    free_slots += life(i).phase == Life::Phase::free ? 1 : 0;
  }
  header_->free_slots.store(free_slots, std::memory_order_relaxed);
  try {
    end_lost();
  } catch (const std::bad_alloc&) {  // NOLINT: the next one to leave brings another occasion
  }
  header_->is_there[process / 64].fetch_and(~(std::uint64_t{1} << process % 64), std::memory_order_seq_cst);
  platform::give_back(file_, rows_begin + process * row_bytes, row_bytes);
  entered_[process] = false;
}

void Arena::back_row(std::uint32_t process, std::uint32_t first_slot, std::uint32_t end_slot) const {
  const std::uint64_t begin = first_slot / shares_per_page * page;
  const std::uint64_t end = (std::uint64_t{end_slot} + shares_per_page - 1) / shares_per_page * page;
  platform::allocate(file_, rows_begin + process * row_bytes + begin, end - begin);
}

// Slots

bool Arena::claim(std::uint32_t slot, Kind kind, std::uint32_t& generation) noexcept {
  Life now = life(slot);
  if (now.phase != Life::Phase::free) return false;
  generation = now.generation + 1;
  const Life making{Life::Phase::making, kind, static_cast<std::uint16_t>(process_), generation};
  std::uint64_t expected = now.packed();
  return slots_[slot].life.compare_exchange_strong(expected, making.packed(), std::memory_order_acq_rel, std::memory_order_relaxed);
}

std::uint32_t Arena::claim_any(Kind kind, std::uint32_t& generation) {
  for (;;) {
    const std::uint32_t used = slots_used();
    if (header_->free_slots.load(std::memory_order_relaxed) != 0 || used == max_slots) {
      const std::uint32_t begin = used == 0 ? 0 : header_->search_from.load(std::memory_order_relaxed) % used;
      for (std::uint32_t i = 0; i < used; ++i) {
        const std::uint32_t slot = (begin + i) % used;
        if (!claim(slot, kind, generation)) continue;
        header_->free_slots.fetch_sub(1, std::memory_order_relaxed);
        header_->search_from.store(slot + 1, std::memory_order_relaxed);
        return slot;
      }
    }
    if (used == max_slots) {
      throw std::runtime_error("there are " + std::to_string(max_slots) +
                               " shared objects already: let some of their handles go before you make another one");
    }
    // One more. Its place in the tables is backed by memory before anybody looks there.
    platform::allocate(file_, slots_begin + used * sizeof(Slot) / page * page, page);
    std::uint32_t expected = used;
    if (!header_->slots.compare_exchange_strong(expected, used + 1, std::memory_order_seq_cst)) continue;
    header_->free_slots.fetch_add(1, std::memory_order_relaxed);
    header_->search_from.store(used, std::memory_order_relaxed);
    if (used % shares_per_page != 0) continue;
    const std::uint32_t processes = header_->processes.load(std::memory_order_seq_cst);
    for (std::uint32_t process = 0; process < processes; ++process) back_row(process, used, used + 1);
  }
}

std::uint32_t Arena::make(Kind kind) {
  std::uint32_t generation = 0;
  const std::uint32_t number = claim_any(kind, generation);
  Slot& made = slots_[number];
  made.in_messages.store(0, std::memory_order_relaxed);
  made.is_kept.store(0, std::memory_order_relaxed);
  made.state.fill(std::byte{0});
  shares(process_, number).store(1, std::memory_order_seq_cst);  // before it lives: who dies now has it in its row
  const Life live{Life::Phase::live, kind, 0, generation};
  made.life.store(live.packed(), std::memory_order_seq_cst);
  return number;
}

void Arena::give(std::uint32_t slot, std::uint32_t process) noexcept {
  shares(process, slot).fetch_add(1, std::memory_order_seq_cst);
  slots_[slot].transfers.fetch_add(1, std::memory_order_seq_cst);
}

void Arena::drop(std::uint32_t slot) noexcept {
  if (shares(process_, slot).fetch_sub(1, std::memory_order_seq_cst) == 1) end_if_unheld(slot);
}

void Arena::enter_message(std::uint32_t slot) noexcept {
  slots_[slot].in_messages.fetch_add(1, std::memory_order_seq_cst);
  slots_[slot].transfers.fetch_add(1, std::memory_order_seq_cst);
}

void Arena::leave_message(std::uint32_t slot) noexcept {
  if (slots_[slot].in_messages.fetch_sub(1, std::memory_order_seq_cst) == 1) end_if_unheld(slot);
}

void Arena::keep(std::uint32_t slot) noexcept { slots_[slot].is_kept.store(1, std::memory_order_seq_cst); }
void Arena::keep_no_longer(std::uint32_t slot) noexcept { slots_[slot].is_kept.store(0, std::memory_order_seq_cst); }

bool Arena::has_holder(std::uint32_t slot) const noexcept {
  if (slots_[slot].is_kept.load(std::memory_order_seq_cst) != 0) return true;
  const std::uint32_t processes = header_->processes.load(std::memory_order_seq_cst);
  for (std::uint32_t first = 0; first < processes; first += 64) {
    std::uint64_t there = header_->is_there[first / 64].load(std::memory_order_seq_cst);
    for (; there != 0; there &= there - 1) {
      const std::uint32_t process = first + static_cast<std::uint32_t>(std::countr_zero(there));
      if (shares(process, slot).load(std::memory_order_seq_cst) != 0) return true;
    }
  }
  return false;
}

/// Nobody can get a share of an object that nobody has, so "no" stays true. A "no" by looking at one number after the other would
/// not be true if a share moved, behind our back, from a place where we had not looked yet to one where we had. Who moves one
/// raises `transfers` after the receiver's number and before it lowers its own; if it dies in between, its number is lowered in
/// leave(), which raises `transfers` first. So such a move shows.
bool Arena::is_held(std::uint32_t slot) const noexcept {
  const Slot& looked_at = slots_[slot];
  for (;;) {
    const std::uint32_t before = looked_at.transfers.load(std::memory_order_seq_cst);
    if (looked_at.in_messages.load(std::memory_order_seq_cst) != 0) return true;
    if (has_holder(slot)) return true;
    if (looked_at.transfers.load(std::memory_order_seq_cst) == before) return false;
  }
}

void Arena::end_if_unheld(std::uint32_t slot) noexcept {
  const Life now = life(slot);
  if (now.phase != Life::Phase::live || is_held(slot)) return;
  const Life dying{Life::Phase::dying, now.kind, static_cast<std::uint16_t>(process_), now.generation};
  std::uint64_t expected = now.packed();
  // Two may find at the same time that nobody holds it. One of them ends it.
  if (!slots_[slot].life.compare_exchange_strong(expected, dying.packed(), std::memory_order_seq_cst)) return;
  if (!leave_to_looker(slot, dying)) end(slot, dying);
}

/// Looking takes a lock that is in the object's memory, which must not be given back meanwhile, and be somebody else's soon. A
/// share is no help: whoever ends the object has seen already that there is none. So one says first that one looks, and then sees
/// whether it lives; the other says first that it dies, and then sees whether somebody looks.
bool Arena::look_through(std::uint32_t slot, Contents::Visit visit, void* context) noexcept {
  const Life before = life(slot);
  const auto look = contents(before.kind).look_through;
  if (look == nullptr) return true;
  header_->looked_at.store(slot + 1, std::memory_order_seq_cst);
  const bool lives =
      before.phase == Life::Phase::live && Life::unpacked(slots_[slot].life.load(std::memory_order_seq_cst)) == before;
  const bool seen = lives && look(window(slot), visit, context);
  header_->looked_at.store(0, std::memory_order_seq_cst);
  end_left_over(slot);
  return seen && life(slot) == before;
}

/// By who has just made it dying: true if somebody else will end it.
bool Arena::leave_to_looker(std::uint32_t slot, const Life& dying) noexcept {
  if (header_->looked_at.load(std::memory_order_seq_cst) != slot + 1) return false;
  Life left = dying;
  left.owner = Life::nobody;
  slots_[slot].life.store(left.packed(), std::memory_order_seq_cst);
  if (header_->looked_at.load(std::memory_order_seq_cst) == slot + 1) return true;
  // It has looked away meanwhile, before or after it could see this. One of us takes it.
  std::uint64_t expected = left.packed();
  return !slots_[slot].life.compare_exchange_strong(expected, dying.packed(), std::memory_order_seq_cst);
}

void Arena::end_left_over(std::uint32_t slot) noexcept {
  const Life left = Life::unpacked(slots_[slot].life.load(std::memory_order_seq_cst));
  if (left.phase != Life::Phase::dying || left.owner != Life::nobody) return;
  Life mine = left;
  mine.owner = static_cast<std::uint16_t>(process_);
  std::uint64_t expected = left.packed();
  if (slots_[slot].life.compare_exchange_strong(expected, mine.packed(), std::memory_order_seq_cst)) end(slot, mine);
}

void Arena::end(std::uint32_t slot, Life dying) noexcept {
  const Window its_window = window(slot);
  if (const auto dispose = contents(dying.kind).dispose) dispose(its_window);
  its_window.give_back(0, Window::size);
  const Life free{Life::Phase::free, Kind::none, 0, dying.generation};
  slots_[slot].life.store(free.packed(), std::memory_order_release);
  header_->free_slots.fetch_add(1, std::memory_order_relaxed);
  header_->search_from.store(slot, std::memory_order_relaxed);
}

}  // namespace tandem::shared
