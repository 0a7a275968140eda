#pragma once

#include <stdexcept>

namespace tandem {

/// A deadline passed before the awaited thing happened. Python: TimeoutError.
/// The calls that return bool or optional never throw it.
class TimeoutError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tandem
