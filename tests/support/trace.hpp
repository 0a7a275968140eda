#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "tests/support/traced_child.hpp"

namespace tandem::test {

/// Whether what all processes share has changed since the last call, or since it was made.
using HasChanged = std::function<bool()>;
/// Makes one, when the stage is set.
using Watch = std::function<HasChanged()>;

/// The way of one operation through its instructions, seen in a run of it, and how to get to each of them in another run.
///
/// A point is a place to die at: so many instructions have been executed, and the next one has not. Point 0 is the beginning.
class Trace {
 public:
  struct Point {
    std::uint64_t address;     ///< Of the instruction that comes next.
    bool has_changed = false;  ///< The instruction before changed what is shared.
    bool is_call = false;      ///< The next instruction is a system call.
    bool is_wake = false;      ///< And wakes who sleeps on a futex.
  };

  /// Runs the operation to its end, instruction by instruction.
  static Trace of(const Operation& operation, const Watch& watch);

  const std::vector<Point>& points() const noexcept { return points_; }
  std::size_t size() const noexcept { return points_.size(); }
  std::size_t changes() const;
  bool wakes_somebody() const;

  /// Points at which a death may be another one for whoever survives. They see what is shared and what the kernel knows. So between
  /// two changes of the former, and with no system call in between, one death is as good as another: these are the points before
  /// and behind each change and each system call, the first and the last. Of an instruction that makes many changes, such as one
  /// that copies bytes, the first and the last few. Ascending.
  std::vector<std::size_t> that_matter() const;
  /// Those, and some others that are drawn by lot, `about` in all or a few more: should the reasoning above be wrong, they find
  /// out, sooner or later. Ascending.
  std::vector<std::size_t> sample(std::size_t about, std::mt19937_64& random) const;
  /// All.
  std::vector<std::size_t> all() const;

  /// Runs the operation again and kills the child at that point. False if it took another way this time, and came to its end.
  bool dies_at(std::size_t point, const Operation& operation) const;

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  void plan();

  std::vector<Point> points_;
  std::vector<std::size_t> from_;  // by point: which one to go to before, or none
};

}  // namespace tandem::test
