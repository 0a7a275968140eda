#pragma once

#include <stdexcept>

#include "tandem/base/errors.hpp"

namespace tandem::futures {

/// The future was cancelled before it ran. Python: concurrent.futures.CancelledError.
class CancelledError : public std::runtime_error {
 public:
  CancelledError() : std::runtime_error("the future was cancelled") {}
};

/// A future was moved to a state that it cannot reach from where it is: a second result, a result after cancel(). Python:
/// concurrent.futures.InvalidStateError.
class InvalidStateError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace tandem::futures
