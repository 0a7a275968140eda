#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/errors.hpp"
#include "tests/interleaving/checker/explore.hpp"

namespace tandem::interleaving {

/// A place where `most` at a time may be.
class Place {
 public:
  explicit Place(int most = 1) noexcept : most_{most} {}
  void visit() {
    enter();
    leave();
  }
  void enter() { EXPECT_LT(inside_.fetch_add(1), most_) << "one too many"; }
  void leave() { inside_.fetch_sub(1); }

 private:
  const int most_;
  base::Atomic<int> inside_{0};
};

/// What a call that Ctrl-C may end came to.
enum class Ending { yes, no, interrupted };

template <class Call>
Ending ending_of(Call call) {
  try {
    return call() ? Ending::yes : Ending::no;
  } catch (const KeyboardInterrupt&) {
    return Ending::interrupted;
  }
}

/// How long something took, by the run's clock.
class Stopwatch {
 public:
  Deadline::Clock::duration passed() const noexcept { return Deadline::Clock::now() - begin_; }

 private:
  Deadline::TimePoint begin_ = Deadline::Clock::now();
};

}  // namespace tandem::interleaving
