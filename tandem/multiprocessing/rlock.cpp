#include "tandem/multiprocessing/rlock.hpp"

#include <stdexcept>
#include <string>

namespace tandem::multiprocessing {

RLock::RLock(std::string_view name) : SharedHandle{shared::Kind::rlock} { state().name.set(name); }

bool RLock::acquire_within(Deadline deadline, sync::Cancel cancel) {
  State& its = state();
  if (is_owned()) {
    ++its.count;
    return true;
  }
  if (!its.word.acquire(deadline, cancel)) return sync::gave_up(deadline);
  take_back_levels(1);
  return true;
}

void RLock::release() {
  if (!is_owned()) refuse_release();
  State& its = state();
  if (--its.count != 0) return;
  its.owner.store(0, std::memory_order_relaxed);
  static_cast<void>(its.word.release());  // held: it is owned
}

std::uint64_t RLock::give_up_levels() noexcept {
  State& its = state();
  its.owner.store(0, std::memory_order_relaxed);
  return std::exchange(its.count, 0);
}

void RLock::take_back_levels(std::uint64_t levels) noexcept {
  State& its = state();
  its.count = levels;
  its.owner.store(shared_actor(), std::memory_order_relaxed);
}

void RLock::refuse_release() const {
  throw std::logic_error("release of the RLock '" + std::string{name()} +
                         "' by somebody who does not hold it: only its holder may");
}

}  // namespace tandem::multiprocessing
