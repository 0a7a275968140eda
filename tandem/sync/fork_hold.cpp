#include "tandem/sync/fork_hold.hpp"

#include <array>
#include <cstdlib>

#include "tandem/base/atomics.hpp"

namespace tandem::sync {
namespace {

// In the order in which they were named. A place is taken by raising the number, and filled then; nullptr until it is.
constexpr unsigned room = 16;
constinit std::array<base::Atomic<Lock*>, room> locks{};
constinit base::Atomic<unsigned> named{0};

/// One that was named at this very moment, and is not there yet, guards nothing that anybody could have begun to use.
unsigned all_there() noexcept {
  const unsigned most = named.load(std::memory_order_acquire);
  unsigned there = 0;
  while (there < most && locks[there].load(std::memory_order_acquire) != nullptr) ++there;
  return there;
}

Lock& at(unsigned place) noexcept { return *locks[place].load(std::memory_order_acquire); }

}  // namespace

void hold_over_forks(Lock& lock) noexcept {
  const unsigned place = named.fetch_add(1, std::memory_order_acq_rel);
  if (place >= room) std::abort();  // one of ours too many: every run shows it
  locks[place].store(&lock, std::memory_order_release);
}

/// Some of them are taken by others one inside the other, and in which order is not known here. So nobody waits for one while
/// holding another: one is waited for, the others are only tried, and if that fails all are let go and it begins with that one.
ForkHold::ForkHold() noexcept : count_{all_there()} {
  if (count_ == 0) return;
  unsigned first = 0;
  do {
    first = blocked_;
    at(first).word_.hold();
  } while (!try_others(first));
}

ForkHold::~ForkHold() {
  for (unsigned i = 0; i < count_; ++i) static_cast<void>(at(i).word_.release());
}

bool ForkHold::try_others(unsigned first) noexcept {
  for (unsigned i = 0; i < count_; ++i) {
    if (i == first || at(i).word_.try_acquire()) continue;
    blocked_ = i;
    for (unsigned held = 0; held < i; ++held) {
      if (held != first) static_cast<void>(at(held).word_.release());
    }
    static_cast<void>(at(first).word_.release());
    return false;
  }
  return true;
}

}  // namespace tandem::sync
