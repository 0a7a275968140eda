#include <algorithm>
#include <string>

#include "tests/interleaving/checker/mix.hpp"
#include "tests/interleaving/checker/scheduler.hpp"

// How a schedule may go on: who may run, whose time may be up, what may happen.
namespace tandem::interleaving {

bool Scheduler::may_run(const Thread& thread) const noexcept {
  return !thread.ended && thread.sleeps == nullptr && (thread.wants == nullptr || run_of(*thread.wants).holder < 0);
}

/// In turn, beginning with the one behind `from`, which comes last.
void Scheduler::list_runnable(int from, std::vector<Way>& rested, std::vector<Way>& tired) const {
  const std::size_t count = threads_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = (static_cast<std::size_t>(from + 1) + i) % count;
    const Thread& thread = *threads_[index];
    if (may_run(thread)) (thread.tired ? tired : rested).push_back({Way::Kind::go_on, index});
  }
}

/// What is free: that `from` goes on, if it can and does not yield. Otherwise that another goes on, or that the time of a sleeper
/// is up; that one goes on which spins, only if there is nothing else. All that is not free costs a preemption: it would not happen
/// if everybody were left in peace.
void Scheduler::list_ways(int from, bool goes_on) {
  ways_.clear();
  costly_.clear();
  tired_.clear();
  if (goes_on) {
    list_runnable(from, costly_, tired_);
    const auto is_from = [from](const Way& way) { return way.index == static_cast<std::size_t>(from); };
    std::erase_if(costly_, is_from);
    std::erase_if(tired_, is_from);
    ways_.push_back({Way::Kind::go_on, static_cast<std::size_t>(from)});
  } else {
    list_runnable(from, ways_, tired_);
  }
  const bool somebody_can = !ways_.empty() || !tired_.empty();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    if (threads_[i]->sleeps == nullptr || threads_[i]->deadline.is_never()) continue;
    const bool at_no_cost = !goes_on && !(threads_[i]->patient && somebody_can);
    (at_no_cost ? ways_ : costly_).push_back({Way::Kind::time_out, i});
  }
  std::vector<Way>& rest = ways_.empty() ? ways_ : costly_;
  rest.insert(rest.end(), tired_.begin(), tired_.end());
  for (std::size_t i = 0; i < events_.size() && !ways_.empty(); ++i) {
    if (!events_[i].happened) costly_.push_back({Way::Kind::happen, i});
  }
  free_ways_ = ways_.size();
  ways_.insert(ways_.end(), costly_.begin(), costly_.end());
}

/// Who runs next, as the chooser wants it; -1 if nobody is left or the run has failed.
int Scheduler::pick(int from, bool yields) {
  bool goes_on = !yields && from >= 0 && may_run(*threads_[static_cast<std::size_t>(from)]);
  for (;;) {
    const bool first = chooser_.arrive();
    if (goes_on && (first || chooser_.left() == 0)) return from;
    list_ways(from, goes_on);
    if (ways_.empty()) {
      if (!std::ranges::all_of(threads_, [](const auto& thread) { return thread->ended; })) fail(standstill());
      return -1;
    }
    std::size_t chosen = 0;
    if (!first && (chooser_.left() > 0 ? ways_.size() : free_ways_) > 1) {
      const std::uint64_t place = mix(state(), (static_cast<std::uint64_t>(from) << 1) | (yields ? 1U : 0U));
      chosen = chooser_.choose({.free = free_ways_, .count = ways_.size(), .state = place});
    }
    const Way way = ways_[chosen];
    preempted_ = preempted_ || chosen >= free_ways_;
    if (way.kind == Way::Kind::happen) {
      happen(events_[way.index]);
      goes_on = goes_on && may_run(*threads_[static_cast<std::size_t>(from)]);  // it may have been killed
      continue;
    }
    if (way.kind == Way::Kind::time_out) {
      Thread& sleeper = *threads_[way.index];
      if (sleeper.patient && chosen < free_ways_) ++naps_;
      expire(sleeper);
    }
    threads_[way.index]->tired = false;
    return static_cast<int>(way.index);
  }
}

void Scheduler::expire(Thread& sleeper) {
  now_ = std::max(now_, sleeper.deadline.when().time_since_epoch());
  surroundings_ = sleeper.past = mix(surroundings_, mix(state(), sleeper.actor));
  sleeper.sleeps = nullptr;
  sleeper.timed_out = true;
  const int before = running_;
  running_ = static_cast<int>(sleeper.actor - 1001);
  note("its time is up");
  running_ = before;
}

void Scheduler::happen(Event& event) {
  event.happened = true;
  const int before = running_;
  running_ = -1;
  carry_out(event.what, event.action);
  running_ = before;
}

std::uint64_t Scheduler::state() const noexcept {
  std::uint64_t sum = surroundings_;
  std::uint64_t tired = 0;
  for (const auto& thread : threads_) {
    sum += mix(thread->past, thread->actor);
    tired = tired << 1 | (thread->tired ? 1U : 0U);
  }
  return mix(sum, tired);
}

std::string Scheduler::standstill() {
  std::string text = "nobody can go on (deadlock):";
  for (const auto& thread : threads_) {
    if (thread->ended) continue;
    text += " " + thread->name;
    if (thread->sleeps != nullptr) text += " sleeps, and nobody wakes it;";
    if (thread->wants != nullptr) {
      const int holder = run_of(*thread->wants).holder;
      text +=
          " waits for a mutex held by " + (holder < 0 ? "what has ended" : threads_[static_cast<std::size_t>(holder)]->name) + ";";
    }
  }
  text.pop_back();
  return text;
}

}  // namespace tandem::interleaving
