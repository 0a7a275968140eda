#include "tandem/sync/shared_semaphore_word.hpp"

#include <algorithm>
#include <bit>

namespace tandem::sync {
namespace {

std::uint64_t packed(platform::ProcessId process) noexcept { return process.pid | std::uint64_t{process.birth} << 32; }
platform::ProcessId unpacked(std::uint64_t word) noexcept {
  return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
}

// Where this thread found a free holder last: probably it is free again.
thread_local std::uint32_t last_claimed = 0;

}  // namespace

static_assert(std::endian::native == std::endian::little && (!base::atomics_are_bare || sizeof(Word) == 4),
              "the kernel looks at the half with the permits");

/// Copies into its holder's count what the upper half of `value` says, unless that has been done. Who replaces the upper half calls
/// it before.
void SharedSemaphoreWord::settle(Holder* holders, std::uint64_t value) noexcept {
  const auto name = static_cast<std::uint32_t>(value >> 32);
  if (name == 0) return;
  Holder& holder = holders[(name >> count_bits) - 1];
  std::uint64_t changes = holder.changes.load(std::memory_order_acquire);
  if (((changes ^ name) & count_mask) != 0) return;
  // Is it still that change, and not one of long ago whose number only looks the same? The word is read again after the count: if
  // it still names the holder, then with this count, or with a later one, at which the exchange fails.
  if (static_cast<std::uint32_t>(word_.load(std::memory_order_acquire) >> 32) != name) return;
  holder.changes.compare_exchange_strong(changes, changes + 1, std::memory_order_acq_rel, std::memory_order_relaxed);
}

/// Takes a permit if there is one. On failure `value` is the word as last seen, without permits.
bool SharedSemaphoreWord::take(Holder* holders, std::uint64_t& value, std::uint32_t name) noexcept {
  while ((value & max_permits) != 0) {
    settle(holders, value);
    const std::uint64_t taken = joined(static_cast<std::uint32_t>(value) - 1, name);
    if (word_.compare_exchange_weak(value, taken, std::memory_order_acq_rel, std::memory_order_acquire)) {
      settle(holders, taken);
      return true;
    }
  }
  return false;
}

bool SharedSemaphoreWord::await(Holder* holders, std::uint32_t name, Deadline deadline, Cancel cancel) noexcept {
  Acquire machine{*this, holders, name, deadline};
  drive<SharedFutex>(machine, cancel);
  return machine.acquired();
}

bool SharedSemaphoreWord::release(Holder* holders, std::uint32_t n) noexcept {
  std::uint64_t value = word_.load(std::memory_order_acquire);
  do {
    if (n > most_ - std::min(most_, static_cast<std::uint32_t>(value & max_permits))) return false;
    settle(holders, value);
  } while (!word_.compare_exchange_weak(value, joined(static_cast<std::uint32_t>(value) + n, 0), std::memory_order_acq_rel,
                                        std::memory_order_acquire));
  if ((value & parked) != 0) wake(n);
  return true;
}

std::optional<std::uint32_t> SharedSemaphoreWord::claim(Holder* holders) noexcept {
  const std::uint32_t n = ready();
  const std::uint64_t me = packed(platform::this_process());
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t holder = (last_claimed + i) % n;
    std::uint64_t nobody_yet = 0;
    if (holders[holder].process.load(std::memory_order_relaxed) == 0 &&
        holders[holder].process.compare_exchange_strong(nobody_yet, me, std::memory_order_acquire, std::memory_order_relaxed)) {
      last_claimed = holder;
      return holder;
    }
  }
  return std::nullopt;
}

bool SharedSemaphoreWord::acquire_as(Holder* holders, std::uint32_t holder, Deadline deadline, Cancel cancel) noexcept {
  const std::uint32_t name = name_of(holder, holders[holder].changes.load(std::memory_order_relaxed));
  std::uint64_t value = word_.load(std::memory_order_acquire);
  return take(holders, value, name) || await(holders, name, deadline, cancel);
}

void SharedSemaphoreWord::release_as(Holder* holders, std::uint32_t holder) noexcept {
  const std::uint32_t name = name_of(holder, holders[holder].changes.load(std::memory_order_relaxed));
  std::uint64_t value = word_.load(std::memory_order_acquire);
  std::uint64_t given = 0;
  do {
    settle(holders, value);
    const auto low = static_cast<std::uint32_t>(value);
    given = joined((low & max_permits) < most_ ? low + 1 : low, name);
  } while (!word_.compare_exchange_weak(value, given, std::memory_order_acq_rel, std::memory_order_acquire));
  settle(holders, given);
  unclaim(holders[holder]);
  if ((value & parked) != 0) wake(1);
}

void SharedSemaphoreWord::wake(std::uint32_t n) noexcept {
  if (SharedFutex::wake(*low_half(), n) >= n) return;
  std::uint64_t value = word_.load(std::memory_order_relaxed);
  while ((value & parked) != 0) {
    if (!word_.compare_exchange_weak(value, value & ~std::uint64_t{parked}, std::memory_order_relaxed)) continue;
    SharedFutex::wake(*low_half(), everybody);
    return;
  }
}

bool SharedSemaphoreWord::inherit_from_the_dead(Holder* holders) noexcept {
  bool found = false;
  std::uint64_t living = 0;  // often many holders belong to one process
  const std::uint32_t n = ready();
  for (std::uint32_t holder = 0; holder < n; ++holder) {
    const std::uint64_t process = holders[holder].process.load(std::memory_order_acquire);
    if (process == 0 || process == living) continue;
    if (platform::has_ended(unpacked(process))) {
      found = inherit(holders, holder, process) || found;
    } else {
      living = process;
    }
  }
  return found;
}

/// True if there was a permit to give back.
bool SharedSemaphoreWord::inherit(Holder* holders, std::uint32_t holder, std::uint64_t from) noexcept {
  // Its process changes nothing any more. After this, the count says all that it has changed: what the word named is settled, and
  // what it named before that has been.
  settle(holders, word_.load(std::memory_order_acquire));
  const bool has_permit = holders[holder].changes.load(std::memory_order_acquire) % 2 != 0;
  const std::uint64_t heir = has_permit ? packed(platform::this_process()) : 0;
  if (!holders[holder].process.compare_exchange_strong(from, heir, std::memory_order_acq_rel, std::memory_order_relaxed))
    return false;
  if (has_permit) release_as(holders, holder);
  return has_permit;
}

void SharedSemaphoreWord::make_ready(std::uint32_t n) noexcept {
  std::uint32_t seen = ready_.load(std::memory_order_relaxed);
  while (seen < n && !ready_.compare_exchange_weak(seen, n, std::memory_order_release, std::memory_order_relaxed)) {
  }
}

Step SharedSemaphoreWord::Acquire::step(Wake why) noexcept {
  base::Atomic<std::uint64_t>& word = semaphore_.word_;
  const bool time_is_up = deadline_ == Deadline::passed() || (why == Wake::timed_out && deadline_.expired());
  std::uint64_t value = word.load(std::memory_order_acquire);
  for (;;) {
    acquired_ = semaphore_.take(holders_, value, name_);
    if (acquired_ || why == Wake::cancelled) return {};
    if (time_is_up || next_look_.expired()) {
      next_look_ = SharedFutex::nap;
      if (semaphore_.inherit_from_the_dead(holders_)) {
        value = word.load(std::memory_order_acquire);
        continue;
      }
    }
    if (time_is_up) return {};
    // Setting parked replaces nothing that the upper half says.
    if ((value & parked) != 0 || word.compare_exchange_weak(value, value | parked, std::memory_order_relaxed)) {
      return Park{semaphore_.low_half(), parked, std::min(deadline_, next_look_)};
    }
  }
}

}  // namespace tandem::sync
