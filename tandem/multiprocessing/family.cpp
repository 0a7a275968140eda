#include "tandem/multiprocessing/family.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "tandem/multiprocessing/process_state.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/threading/kept_threads.hpp"

namespace tandem::multiprocessing {

Family& Family::instance() {
  // Never destroyed, since processes may be started while the program ends.
  static Family& made = []() -> Family& {
    auto* family = new Family;
    sync::hold_over_forks(family->lock_);
    std::atexit([] { instance().end(); });
    return *family;
  }();
  return made;
}

std::vector<std::shared_ptr<ProcessHandle::State>> Family::look(std::vector<Process>& ended) {
  std::vector<std::shared_ptr<ProcessHandle::State>> running;
  std::erase_if(children_, [&](const auto& known) {
    auto child = known.lock();
    if (!child || !child->is_running()) return true;
    running.push_back(std::move(child));
    return false;
  });
  // After the others: one that ends at this moment is then given as running, or let go, and never neither.
  const auto tail = std::partition(kept_.begin(), kept_.end(), [](const Process& kept) { return kept.is_alive(); });
  ended.assign(std::move_iterator{tail}, std::move_iterator{kept_.end()});
  kept_.erase(tail, kept_.end());
  return running;
}

void Family::add(const std::shared_ptr<ProcessHandle::State>& child) {
  std::vector<Process> ended;
  const sync::Guard hold{lock_};
  look(ended);
  children_.push_back(child);
}

void Family::keep(Process process) {
  const sync::Guard hold{lock_};
  kept_.push_back(std::move(process));
}

std::vector<ProcessHandle> Family::alive() {
  std::vector<Process> ended;
  const sync::Guard hold{lock_};
  std::vector<ProcessHandle> all;
  for (auto& child : look(ended)) all.push_back(ProcessHandle{std::move(child)});
  return all;
}

void Family::forget() noexcept {
  const sync::Guard hold{lock_};
  for (const auto& known : children_) {
    if (const auto child = known.lock()) child->forget();
  }
  children_.clear();
  for (const Process& each : kept_) each.state_->forget();
  // Not destroyed: one that another thread of the parent was busy with is as that has left it.
  static_cast<void>(new std::vector<Process>{std::exchange(kept_, {})});
}

void Family::end() noexcept {
  for (;;) {
    std::vector<Process> ended;
    std::vector<std::shared_ptr<ProcessHandle::State>> running;
    {
      const sync::Guard hold{lock_};
      running = look(ended);
    }
    if (running.empty()) return;
    for (const auto& child : running) child->ask_daemon_to_end();  // all at once, so that they end side by side
    for (const auto& child : running) child->end();
  }
}

void end_family() noexcept {
  Family::instance().end();
  threading::end_kept_threads();
}

}  // namespace tandem::multiprocessing
