#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "tandem/futures/future_core.hpp"
#include "tandem/sync/condition.hpp"

namespace tandem::futures {

/// Watches several futures for one waiting thread and gives their indices in the order in which they became done. What wait() and
/// as_completed() are made of.
///
/// The futures must outlive it. For one thread at a time.
class WaitSet {
 public:
  /// None may stand there twice.
  explicit WaitSet(const std::vector<FutureCore*>& cores);
  ~WaitSet();
  WaitSet(const WaitSet&) = delete;
  WaitSet& operator=(const WaitSet&) = delete;

  /// The next that is done, or nothing when the deadline passed, `stop` (if not nullptr) was requested, or none is left.
  std::optional<std::size_t> next(Deadline deadline, const std::stop_token* stop = nullptr);
  /// How many next() has not given yet.
  std::size_t left() const noexcept { return left_; }

 private:
  class Watch;

  void completed(std::size_t index) noexcept;
  void help() noexcept;
  std::size_t take() noexcept;

  std::size_t left_;
  const void* pool_ = nullptr;  // the one that the waiting thread works for, if some of the futures are that pool's
  sync::Lock lock_{"WaitSet"};
  sync::Condition changed_{lock_};
  std::vector<std::size_t> done_;  // in order of completion; guarded by lock_; room for all, so that completed() cannot throw
  std::size_t given_ = 0;          // how many of done_ next() has given
  std::size_t helped_ = 0;         // how many of watches_ help() has asked
  std::vector<std::unique_ptr<Watch>> watches_;  // last, so that they go first: until then each may report to what stands above
};

}  // namespace tandem::futures
