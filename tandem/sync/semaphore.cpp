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

Semaphore::Semaphore(int value, const char* name) : Semaphore{value, name, SemaphoreWord<LocalFutex>::max_permits} {}

Semaphore::Semaphore(int value, const char* name, std::uint32_t most) : word_{checked(value)}, name_{name}, most_{most} {}

BoundedSemaphore::BoundedSemaphore(int value, const char* name) : Semaphore{value, name, static_cast<std::uint32_t>(value)} {}

void Semaphore::release(int n) {
  if (n < 1) throw std::invalid_argument("Semaphore::release: n is " + std::to_string(n) + ", but must be 1 or more");
  if (word_.release(static_cast<std::uint32_t>(n), most_)) return;
  if (most_ == SemaphoreWord<LocalFutex>::max_permits) {
    throw std::overflow_error("Semaphore::release: more than 2^31 - 1 permits; release only what was acquired");
  }
  throw std::invalid_argument("BoundedSemaphore::release: more than its initial value of " + std::to_string(most_) +
                              "; release only what was acquired");
}

}  // namespace tandem::sync
