#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/interleaving/checker/hooks.hpp"

namespace tandem::interleaving {

/// One thing that happened in a run.
struct Step {
  enum class Kind : std::uint8_t { read, written, other };

  int thread;  // -1: none of the model's, but its surroundings
  Kind kind;
  bool preempted;         // before it, a thread was interrupted that could have gone on
  std::uint32_t object;   // its name, 0 if it is about none
  const char* operation;  // a literal
  std::uint64_t before, after;
  Where where;
};

/// What happened in a run, in order.
class Trace {
 public:
  void clear() noexcept { steps_.clear(); }
  void add(const Step& step) { steps_.push_back(step); }
  std::size_t size() const noexcept { return steps_.size(); }
  /// A line for each step, the last of them only if there are very many.
  std::string text(const std::vector<std::string>& threads) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace tandem::interleaving
