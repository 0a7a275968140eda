#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/interleaving/checker/chooser.hpp"

namespace tandem::interleaving {

/// The states that were seen, each with how many preemptions could still be spent there.
class SeenStates {
 public:
  SeenStates();
  /// True if `state` was seen with at least `left`; otherwise it has been now.
  bool seen(std::uint64_t state, unsigned left);
  std::size_t size() const noexcept { return size_; }

 private:
  std::size_t place_of(std::uint64_t state) const noexcept;
  void grow();

  // Open addressing, at most half full. 0 in more_: the place is free; otherwise `left` + 1.
  std::vector<std::uint64_t> states_;
  std::vector<std::uint8_t> more_;
  std::size_t size_ = 0;
};

/// Goes through all schedules with at most so many preemptions, depth first: run, then next(), until that says false.
///
/// Where a run comes to a state that was seen before with as much left to spend, all that can follow has been or will be explored
/// from there: it is run to its end without branching off again.
class DepthFirst final : public Chooser {
 public:
  explicit DepthFirst(unsigned preemptions, bool remember = true) noexcept : preemptions_{preemptions}, remember_{remember} {}

  /// Prepares the next schedule; false if there is none.
  bool next();
  unsigned left() const noexcept override { return left_; }
  std::size_t states() const noexcept { return states_.size(); }
  /// A run chose between other ways than an earlier one did after the same choices: the model depends on something that the checker
  /// does not know of.
  bool diverged() const noexcept { return diverged_; }

 private:
  /// A place with a choice.
  struct Branch {
    std::size_t at;
    std::uint32_t way, ways, free;  // what is tried, how many there are to try, how many of them cost nothing
  };

  void begin() override;
  bool first_way() override;
  std::size_t decide(const Choice& choice) override;

  const unsigned preemptions_;
  const bool remember_;
  unsigned left_ = preemptions_;
  bool seen_ = false;  // the present run came to a state of before
  bool diverged_ = false;
  std::vector<Branch> path_;  // from the beginning to where the next schedule leaves those of before
  std::size_t followed_ = 0;  // how many of them the present run has come by
  SeenStates states_;
};

}  // namespace tandem::interleaving
