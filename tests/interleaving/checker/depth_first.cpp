#include "tests/interleaving/checker/depth_first.hpp"

#include <algorithm>
#include <utility>

#include "tests/interleaving/checker/mix.hpp"

namespace tandem::interleaving {

SeenStates::SeenStates() : states_(1024), more_(1024) {}

std::size_t SeenStates::place_of(std::uint64_t state) const noexcept {
  std::size_t place = state & (states_.size() - 1);
  while (more_[place] != 0 && states_[place] != state) place = (place + 1) & (states_.size() - 1);
  return place;
}

bool SeenStates::seen(std::uint64_t state, unsigned left) {
  const auto more = static_cast<std::uint8_t>(std::min(left, 254U) + 1);
  const std::size_t place = place_of(state);
  if (more_[place] >= more) return true;
  if (std::exchange(more_[place], more) != 0) return false;
  states_[place] = state;
  if (++size_ * 2 > states_.size()) grow();
  return false;
}

void SeenStates::grow() {
  const std::vector<std::uint64_t> states = std::exchange(states_, std::vector<std::uint64_t>(states_.size() * 2));
  const std::vector<std::uint8_t> more = std::exchange(more_, std::vector<std::uint8_t>(more_.size() * 2));
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (more[i] == 0) continue;
    const std::size_t place = place_of(states[i]);
    states_[place] = states[i];
    more_[place] = more[i];
  }
}

void DepthFirst::begin() {
  left_ = preemptions_;
  seen_ = false;
  followed_ = 0;
}

bool DepthFirst::first_way() {
  if (seen_) return true;
  if (followed_ == path_.size()) return false;
  const Branch& branch = path_[followed_];
  if (branch.at != at()) return true;  // there was no choice the last time, and thus there is none
  if (branch.way != 0) return false;
  ++followed_;
  return true;
}

std::size_t DepthFirst::decide(const Choice& choice) {
  const auto ways = static_cast<std::uint32_t>(left_ > 0 ? choice.count : choice.free);
  if (followed_ == path_.size()) {
    seen_ = remember_ && states_.seen(choice.state, left_);
    if (seen_) return 0;
    path_.push_back({at(), 0, ways, static_cast<std::uint32_t>(choice.free)});
  }
  const Branch& branch = path_[followed_++];
  if (branch.at != at() || branch.ways != ways || branch.free != choice.free) {
    diverged_ = true;
    return 0;
  }
  if (branch.way >= branch.free) --left_;
  return branch.way;
}

bool DepthFirst::next() {
  while (!path_.empty() && path_.back().way + 1 >= path_.back().ways) path_.pop_back();
  if (path_.empty()) return false;
  ++path_.back().way;
  return true;
}

}  // namespace tandem::interleaving
