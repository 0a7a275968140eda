#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace tandem::futures {

/// How far work has come.
struct ProgressReport {
  std::uint64_t done = 0;          ///< ended, well or not
  std::uint64_t total = 0;         ///< done, under way, or waiting; 0: nobody knows
  std::uint64_t failed = 0;        ///< of those done
  double rate = 0;                 ///< done in a second, of late
  std::optional<double> eta = {};  ///< seconds until all is done, if it goes on like that; nothing as long as nobody can say
};

/// Finds out how fast work goes, from how far it had come when. One thread at a time.
class ProgressRate {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ProgressRate(Clock::time_point begin) noexcept : begin_{begin}, last_time_{begin} {}

  /// Work that has come that far by now; `done` never falls.
  ProgressReport report(std::uint64_t done, std::uint64_t total, std::uint64_t failed, Clock::time_point now) noexcept;

 private:
  const Clock::time_point begin_;
  // Smoothed, so that neither a slow start nor a hiccup is remembered or believed for long.
  double rate_ = 0;
  std::uint64_t last_done_ = 0;
  Clock::time_point last_time_;
};

}  // namespace tandem::futures
