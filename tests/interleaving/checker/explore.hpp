#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "tests/interleaving/checker/model.hpp"

namespace tandem::interleaving {

/// How far a model is explored.
struct Bounds {
  /// All schedules are run in which at most so often a thread is interrupted that could have gone on. Switches where the running
  /// thread waits, pauses or has ended are not counted, and time-outs there neither; everywhere else a time-out, Ctrl-C and the
  /// like count as much as a preemption.
  unsigned preemptions = 2;
  /// A run with more is a livelock.
  std::size_t steps = 3000;
  /// More than that many mean that the bound is too high for the model: a failure.
  std::size_t schedules = 3'000'000;
  /// So many schedules beyond the bound are tried at random. TANDEM_SEED repeats those of before.
  std::size_t random = 500;
  /// Not to run on from a state that was seen before. Off only to show that this leaves nothing out.
  bool remember = true;
  /// Count in how many ways the schedules of the highest bound ended: see Outcome.
  bool count_endings = false;
};

/// What came of it.
struct Outcome {
  std::size_t schedules = 0;  ///< That were run.
  unsigned preemptions = 0;   ///< The bound to which all were run, or at which the failure was found.
  std::size_t endings = 0;    ///< How many of them differ in what their threads did and in the order of what depends on each other.
  bool failed = false;
  std::string report;  ///< What failed, the steps that lead there, and how to run them again.
};

using Build = std::function<void(Model&)>;

/// Runs a model through all its schedules: first those without preemption, then those with one and so on, so that the failure which
/// is found has as few as possible; then some at random. It ends with the first failure.
///
/// With TANDEM_SCHEDULE="title @ schedule" in the environment, as reports print it, the model of that title runs through that
/// schedule alone, and prints its steps.
Outcome search(const std::string& title, const Bounds& bounds, const Build& build);

/// The same for a model that must hold: a failure is one of the running test. Prints how much was explored.
void explore(const std::string& title, const Bounds& bounds, const Build& build);

}  // namespace tandem::interleaving
