#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <thread>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// Threads that each repeat an operation until they are told to stop, and count how often they did it. They are std::threads, the
/// same for all contenders.
class Crew {
 public:
  class Member;
  /// Runs on a thread of its own, and is to return soon after goes_on() has become false. An exception in it ends the program.
  using Work = std::function<void(Member&)>;

  Crew() = default;
  ~Crew() { stop(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Starts one more.
  void add(Work work);
  /// How many operations all of them have done up to now.
  std::uint64_t done() const noexcept;
  /// Asks all to end and waits until they have: what they wrote can be read then.
  void stop();

 private:
  std::deque<Member> members_;  // they stay where they are
  std::deque<std::thread> threads_;
};

/// What one thread counts. On cache lines of its own: counting is not to be what is measured.
class alignas(128) Crew::Member {
 public:
  bool goes_on() const noexcept { return !stopped_.load(std::memory_order_relaxed); }
  /// By its thread only.
  void did_one() noexcept { done_.store(done_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }

 private:
  friend class Crew;

  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> done_{0};
};

/// Nanoseconds per operation of threads that run by themselves: looks at `done()`, how many they have done, some thirty times while
/// the order's time passes; gives the figure of the median stretch. What runs for a tenth of the time before is not counted. As
/// many operations at a time as there are threads count as one after the other: it is the reciprocal of the throughput.
double measure_running(const Order& order, const std::function<std::uint64_t()>& done);

}  // namespace tandem::bench
