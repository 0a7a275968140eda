#include "tandem/sync/semaphore.hpp"

#include <stdexcept>
#include <string>

namespace tandem::sync {
namespace {

std::uint32_t checked(int value) {
  if (value < 0)
    throw std::invalid_argument("Semaphore: the initial value is " + std::to_string(value) + ", but must be 0 or more");
  return static_cast<std::uint32_t>(value);
}

}  // namespace

Semaphore::Semaphore(int value, const char* name) : Semaphore{value, name, Bound::none} {}

Semaphore::Semaphore(int value, const char* name, Bound bound)
    : word_{checked(value)},
      name_{name},
      bound_{bound},
      most_{bound == Bound::none ? SemaphoreWord<LocalFutex>::max_permits : static_cast<std::uint32_t>(value)} {}

BoundedSemaphore::BoundedSemaphore(int value, const char* name) : Semaphore{value, name, Bound::initial_value} {}

void Semaphore::release(int n) {
  if (n < 1) throw std::invalid_argument("Semaphore::release: n is " + std::to_string(n) + ", but must be 1 or more");
  if (word_.release(static_cast<std::uint32_t>(n), most_)) return;
  if (bound_ == Bound::none) {
    throw std::overflow_error("Semaphore::release: more than 2^31 - 1 permits; release only what was acquired");
  }
  throw std::invalid_argument("BoundedSemaphore::release: more than its initial value of " + std::to_string(most_) +
                              "; release only what was acquired");
}

}  // namespace tandem::sync
