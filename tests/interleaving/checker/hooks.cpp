#include "tests/interleaving/checker/hooks.hpp"

#include "tests/interleaving/checker/scheduler.hpp"

namespace tandem::interleaving {

void Object::point(Where where) const noexcept {
  if (Scheduler* const scheduler = Scheduler::active()) scheduler->point(*this, where);
}

void Object::was_read(const char* operation, Where where, std::uint64_t value) const noexcept {
  if (Scheduler* const scheduler = Scheduler::active()) {
    scheduler->record(*this, Step::Kind::read, operation, where, value, value);
  }
}

void Object::was_written(const char* operation, Where where, std::uint64_t before, std::uint64_t after) const noexcept {
  if (Scheduler* const scheduler = Scheduler::active()) {
    scheduler->record(*this, Step::Kind::written, operation, where, before, after);
  }
}

void lock(const Object& mutex) noexcept {
  if (Scheduler* const scheduler = Scheduler::active()) scheduler->lock(mutex);
}

void unlock(const Object& mutex) noexcept {
  if (Scheduler* const scheduler = Scheduler::active()) scheduler->unlock(mutex);
}

void yield(Where where) noexcept {
  if (Scheduler* const scheduler = Scheduler::active()) scheduler->yield(where);
}

std::chrono::nanoseconds virtual_time() noexcept {
  Scheduler* const scheduler = Scheduler::active();
  return scheduler != nullptr ? scheduler->now() : std::chrono::hours{1};
}

}  // namespace tandem::interleaving
