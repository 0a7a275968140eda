#include "tandem/futures/timekeeper.hpp"

#include "tandem/sync/guard.hpp"

namespace tandem::futures {

void Timekeeper::start(const std::string& name) {
  const sync::Guard hold{lock_};
  if (thread_ || ended_) return;
  threading::Thread thread{[this](const std::stop_token& stop) { run(stop); }};
  thread.name(name);
  thread.start();
  thread_.emplace(std::move(thread));
}

Timekeeper::Entry Timekeeper::at(Deadline::TimePoint when, Action action, bool brought_forward) {
  const sync::Guard hold{lock_};
  const Entry entry{when, ++last_number_};
  const auto place = to_do_.emplace(entry, ToDo{std::move(action), brought_forward}).first;
  if (place == to_do_.begin()) changed_.notify();
  return entry;
}

bool Timekeeper::drop(Entry entry) noexcept {
  Action dropped;  // destroyed when the lock is free
  const sync::Guard hold{lock_};
  const auto found = to_do_.find(entry);
  if (found == to_do_.end()) return false;
  dropped = std::move(found->second.action);
  to_do_.erase(found);
  return true;
}

void Timekeeper::hurry() {
  const sync::Guard hold{lock_};
  std::map<Entry, ToDo> all;
  while (!to_do_.empty()) {
    auto node = to_do_.extract(to_do_.begin());
    if (node.mapped().can_be_brought_forward) node.key().first = Deadline::TimePoint::min();
    all.insert(std::move(node));
  }
  to_do_.swap(all);
  changed_.notify();
}

void Timekeeper::end() noexcept {
  std::optional<threading::Thread> thread;  // joined when the lock is free: what it does may need that
  std::map<Entry, ToDo> dropped;
  const sync::Guard hold{lock_};
  ended_ = true;
  thread.swap(thread_);
  dropped.swap(to_do_);
}

void Timekeeper::run(const std::stop_token& stop) {
  for (;;) {
    Action action;
    {
      const sync::Guard hold{lock_};
      while (!stop.stop_requested() && (to_do_.empty() || to_do_.begin()->first.first > Deadline::Clock::now())) {
        changed_.wait(stop, to_do_.empty() ? Deadline::never() : Deadline{to_do_.begin()->first.first});
      }
      if (stop.stop_requested()) return;
      action = std::move(to_do_.begin()->second.action);
      to_do_.erase(to_do_.begin());
    }
    action();
  }
}

}  // namespace tandem::futures
