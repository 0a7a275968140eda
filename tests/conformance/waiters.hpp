#pragma once

// What the suites share: those who wait, how one knows that they sleep, and what one expects of misuse and of time.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/base/deadline.hpp"
#include "tandem/sync/current.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {

/// What a test and its actors have in common beside what is tested, in a world of threads: a variable. Used like a pointer to it.
template <class T>
class Variable {
 public:
  template <class... Args>
  explicit Variable(Args&&... args) : value_(std::forward<Args>(args)...) {}
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

  T& operator*() const noexcept { return value_; }
  T* operator->() const noexcept { return &value_; }

 private:
  mutable T value_;
};

/// The world that most kinds live in: threads of this process, which sleep in its parking lot. A kind derives from its world; that
/// of another kind of waiter has the same names.
struct InThreads {
  using World = InThreads;
  using Actor = threading::Thread;
  /// Whether the actors share all memory with the test, and with it stop tokens and objects of the language.
  static constexpr bool one_process = true;
  /// For what they write otherwise: one T, or a number of them.
  template <class T>
  using Common = Variable<T>;
  template <class T>
  using CommonRow = std::vector<T>;
  /// Who runs this, among the actors of a test.
  static std::uint64_t me() { return sync::current(); }
  /// How many sleep, whoever and wherever they are.
  static std::size_t asleep() { return sync::LocalFutex::parked(); }
};

/// The actors of one test. Declare it behind what they use: its destructor waits for them.
template <class World>
class WaitersIn {
 public:
  /// Of one type, so that the compiler need not make a thread's code anew for each of some hundred lambdas.
  using Part = std::function<void()>;

  void start(Part part) { actors_.push_back(World::Actor::started(std::move(part))); }
  /// Starts one more, and returns when that one sleeps. Nobody else may fall asleep or wake up meanwhile.
  [[nodiscard]] ::testing::AssertionResult start_asleep(Part part) {
    const std::size_t before = World::asleep();
    start(std::move(part));
    return eventually([&] { return World::asleep() == before + 1; });
  }
  /// Waits until exactly n of them sleep. Who slept when this object was made is not counted.
  [[nodiscard]] ::testing::AssertionResult asleep(std::size_t n) const {
    return eventually([&] { return World::asleep() == others_ + n; });
  }
  /// Waits until all have ended.
  [[nodiscard]] ::testing::AssertionResult ended(Deadline deadline = std::chrono::seconds{20}) {
    for (auto& actor : actors_) {
      if (!actor.join(deadline)) return ::testing::AssertionFailure() << World::asleep() - others_ << " are still asleep";
    }
    actors_.clear();
    return ::testing::AssertionSuccess();
  }

 private:
  const std::size_t others_ = World::asleep();
  std::vector<typename World::Actor> actors_;
};

template <class Kind>
using Waiters = WaitersIn<typename Kind::World>;
template <class Kind, class T>
using Common = typename Kind::World::template Common<T>;
template <class Kind, class T>
using CommonRow = typename Kind::World::template CommonRow<T>;

/// Why some tests are not for actors in other processes.
inline constexpr const char* stops_stay_at_home = "a stop token is known in its own process only";

/// Waits until the other side has come further than `round`. Without sleep: who waits for the beginning of a race must be quick.
inline void await_beyond(const base::Atomic<int>& rounds_begun, int round) {
  while (rounds_begun.load() <= round) std::this_thread::yield();
}

/// What a std::vector or std::deque does in a test, for what must lie in one piece.
template <class T, std::size_t room>
class ShortList {
 public:
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T operator[](std::size_t i) const { return all_.at(i); }
  T front() const { return all_.at(0); }
  void push_back(T value) { all_.at(size_++) = value; }
  void pop_front() { erase(front()); }
  /// How many went.
  std::size_t erase(T value) {
    const auto end = all_.begin() + static_cast<std::ptrdiff_t>(size_);
    const auto rest = std::remove(all_.begin(), end, value);
    size_ = static_cast<std::size_t>(rest - all_.begin());
    return static_cast<std::size_t>(end - rest);
  }

 private:
  std::size_t size_ = 0;
  std::array<T, room> all_{};
};

/// Whether `misuse` throws an Error that speaks of each of `words`, so that its reader learns the rule.
template <class Error, class Misuse>
[[nodiscard]] ::testing::AssertionResult refuses(Misuse misuse, std::initializer_list<std::string_view> words = {}) {
  try {
    misuse();
  } catch (const Error& error) {
    const std::string text = error.what();
    for (const std::string_view word : words) {
      if (text.find(word) == std::string::npos) {
        return ::testing::AssertionFailure() << '"' << text << "\" says nothing of \"" << word << '"';
      }
    }
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "nothing was thrown";
}

/// Expects that `wait(time)` does not return before `time` has passed.
template <class Duration, class Wait>
void expect_not_before(Duration time, Wait wait) {
  const auto begin = Deadline::Clock::now();
  wait(time);
  EXPECT_GE(Deadline::Clock::now() - begin, time);
}

using Random = std::mt19937_64;

/// Goes by a moment: from nothing up to about 160 us, short times more often than long ones, since what races are made of (a wake,
/// a time-out, falling asleep) takes some of these.
inline void spin_a_moment(Random& random) {
  const std::uint64_t limit = std::uint64_t{1} << (random() % 13);
  for (std::uint64_t pauses = random() % limit; pauses > 0; --pauses) base::cpu_pause();
}

/// Keeps a race open between two that may be far apart on one machine and close on another: the one that won is held back a little
/// more the next time, so that in the end each wins about as often.
class Handicap {
 public:
  /// Told after each round, by one thread. Who wins again and again is held back by more and more: on a busy machine the other one
  /// may come milliseconds late.
  void won(bool by_the_first) {
    step_ = by_the_first == first_won_last_ ? std::min(2 * step_, most) : least;
    first_won_last_ = by_the_first;
    pauses_ += by_the_first ? step_ : -step_;
  }
  void hold_first() const { spin(pauses_.load()); }
  void hold_second() const { spin(-pauses_.load()); }

 private:
  static constexpr int least = 64;  // a few microseconds
  static constexpr int most = 1024 * least;
  static void spin(int pauses) {
    for (; pauses > 0; --pauses) base::cpu_pause();
  }
  int step_ = least;
  bool first_won_last_ = false;
  base::Atomic<int> pauses_{0};  // for the first if positive, for the second if negative
};

inline void spin_until(Deadline deadline) {
  while (!deadline.expired()) base::cpu_pause();
}

inline std::chrono::microseconds up_to(std::chrono::microseconds most, Random& random) {
  return std::chrono::microseconds{random() % static_cast<std::uint64_t>(most.count() + 1)};
}

}  // namespace tandem::test
