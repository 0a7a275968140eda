#include "tandem/threading/kept_threads.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>
#include <vector>

#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/threading/thread_state.hpp"

namespace tandem::threading {
namespace {

using Threads = std::vector<std::unique_ptr<Thread>>;

constinit sync::Lock kept_lock{"Kept threads"};

[[maybe_unused]] const bool kept_are_held_over_forks = (sync::hold_over_forks(kept_lock), true);

/// Guarded by kept_lock; each is stopped and joined by end_kept_threads(). Never destroyed, since threads may be started while the
/// program ends.
Threads& kept() {
  static auto& threads = *new Threads;
  return threads;
}

}  // namespace

void keep(std::unique_ptr<Thread> thread) {
  Threads ended;  // destroyed, that is joined, after the lock is free
  const sync::Guard hold{kept_lock};
  Threads& all = kept();
  const auto tail = std::partition(all.begin(), all.end(), [](const auto& each) { return each->is_alive(); });
  ended.assign(std::move_iterator{tail}, std::move_iterator{all.end()});
  all.erase(tail, all.end());
  all.push_back(std::move(thread));
}

/// Those that they start meanwhile, too. Any thread may be the one that calls exit().
void end_kept_threads() {
  ThreadState::main()->ended();
  for (;;) {
    Threads ending;  // destroyed, that is joined, after the lock is free
    {
      const sync::Guard hold{kept_lock};
      ending.swap(kept());
    }
    if (ending.empty()) return;
    for (const auto& thread : ending) thread->request_stop();  // all at once, so that they end side by side
  }
}

void forget_kept_threads() noexcept {
  for (auto& each : kept()) static_cast<void>(each.release());  // their destructors would wait for threads that are not here
  kept().clear();
}

void drain_at_exit() { [[maybe_unused]] static const bool asked = std::atexit(end_kept_threads) == 0; }

}  // namespace tandem::threading
