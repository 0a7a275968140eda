#pragma once

#include <exception>
#include <optional>
#include <utility>

#include "tandem/futures/future_core.hpp"

namespace tandem::futures {

/// A FutureCore with room for a result.
template <class R>
class ResultCore : public FutureCore {
 public:
  template <class... Args>
  void finish_with_result(Args&&... args) {
    finish([&] { result_.emplace(std::forward<Args>(args)...); });
  }
  /// Only for a future that is done; throws what it finished with, if that is an error.
  R& result() {
    if (const std::exception_ptr& failure = error()) std::rethrow_exception(failure);
    return *result_;
  }

 private:
  std::optional<R> result_;  // set before the phase says finished
};

template <>
class ResultCore<void> : public FutureCore {
 public:
  void finish_with_result() {
    finish([] {});
  }
  void result() {
    if (const std::exception_ptr& failure = error()) std::rethrow_exception(failure);
  }
};

}  // namespace tandem::futures
