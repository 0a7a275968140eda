#pragma once

#include <memory>

#include "tandem/futures/result_core.hpp"

namespace tandem::futures {

/// The core of a future that is done when another one is, the source, and not before: what Future::then() makes. Whoever waits for
/// it waits for the source, so it helps with that, and has its pool.
///
/// It does not keep the source alive: the source's callback keeps this one, and a source that nobody finishes would never go. One
/// that is gone is of no use here either: whoever is to run a task keeps it.
template <class R>
class ThenCore final : public ResultCore<R> {
 public:
  explicit ThenCore(FutureCore& source) : source_{source.weak_from_this()}, pool_{source.pool()} {}

  void help() noexcept override {
    if (const std::shared_ptr<FutureCore> source = source_.lock()) source->help();
  }
  const void* pool() const noexcept override { return pool_; }

 private:
  const std::weak_ptr<FutureCore> source_;
  const void* const pool_;  // a copy, as the source may be gone
};

}  // namespace tandem::futures
