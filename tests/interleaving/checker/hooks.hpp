#pragma once

#include <chrono>
#include <cstdint>
#include <source_location>

/// What the overlay (the checked Atomic, Mutex, Clock) asks of the checker. Outside of a model's threads all of it lets the caller
/// simply go on: statics are made, and a model is built and looked at in the end, without a schedule.
namespace tandem::interleaving {

using Where = std::source_location;

/// What the checker knows of a word or mutex: whether it lives, and by whom it was used in the present run.
class Object {
 public:
  constexpr Object() noexcept = default;
  ~Object() { life_ = ended; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  /// The place before an operation, where others may run first. Afterwards the operation is to be carried out and reported, with no
  /// point between.
  void point(Where where) const noexcept;
  void was_read(const char* operation, Where where, std::uint64_t value) const noexcept;
  void was_written(const char* operation, Where where, std::uint64_t before, std::uint64_t after) const noexcept;

  bool alive() const noexcept { return life_ == living; }

 private:
  friend class Scheduler;

  static constexpr std::uint32_t living = 0x11FE11FE, ended = 0xDEADDEAD;

  /// What follows is about one run; the first use in a new one resets it.
  struct Run {
    std::uint32_t number = 0;   // of the run
    std::uint32_t name = 0;     // 1, 2 ... in order of first use
    int holder = -1;            // of a mutex: the thread that has it
    std::uint64_t written = 0;  // stands for the last write and all that led to it
    std::uint64_t read = 0;     // the same for all reads since, whatever their order
  };

  // Volatile, as a compiler may otherwise drop the store in the destructor: nobody can look at it by the rules of the language.
  volatile std::uint32_t life_ = living;
  mutable Run run_;
};

void lock(const Object& mutex) noexcept;
void unlock(const Object& mutex) noexcept;

/// The caller spins: others go first.
void yield(Where where) noexcept;

/// The present time of the run.
std::chrono::nanoseconds virtual_time() noexcept;

}  // namespace tandem::interleaving
