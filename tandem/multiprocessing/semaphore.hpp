#pragma once

#include <stop_token>
#include <string_view>
#include <utility>

#include "tandem/multiprocessing/shared_handle.hpp"
#include "tandem/multiprocessing/shared_name.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/shared_semaphore_word.hpp"
#include "tandem/sync/timed_lockable.hpp"

namespace tandem::multiprocessing {

class Permit;

/// A number of permits to take and give back, for all processes together. Python: multiprocessing.Semaphore. A handle, see
/// SharedHandle. Models Lockable.
///
/// Permits that acquire() takes have no owner: any process may release them, and they are not given back if their taker dies. What
/// hold() takes has one, and is: within 200 ms, if anybody waits.
///
/// Memory order: what was done before release() is visible after the acquire() that takes the permit.
///
///     Semaphore rooms{4};
///     { auto room = rooms.hold(); ... }
class Semaphore : public SharedHandle, public sync::TimedLockable<Semaphore> {
 public:
  using TimedLockable::acquire;

  /// A new one, as Lock's. Throws std::invalid_argument if value is negative. Python: ValueError.
  Semaphore() : Semaphore{1} {}
  explicit Semaphore(int value, std::string_view name = {}) : Semaphore{value, name, Bound::none} {}
  explicit Semaphore(Blank blank) noexcept : SharedHandle{blank} {}

  /// Waits for a permit; false if the deadline passed first. Throws KeyboardInterrupt, see interrupt.hpp.
  bool acquire(Deadline deadline = Deadline::never()) { return word().acquire(holders(), deadline) || sync::gave_up(deadline); }
  /// Waits until stop is requested at most.
  bool acquire(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return word().acquire(holders(), deadline, {.stop = &stop}) || sync::gave_up(deadline);
  }
  /// Throws std::invalid_argument if n < 1 or a BoundedSemaphore would exceed its bound, std::overflow_error beyond 2^31 - 1
  /// permits.
  void release(int n = 1);

  /// A permit as a guard, which gives it back at its end, or if the process dies. Empty if the deadline passed first. Throws
  /// std::runtime_error if 4095 guards hold or await a permit already, std::system_error if memory is short, KeyboardInterrupt.
  [[nodiscard]] Permit hold(Deadline deadline = Deadline::never());
  [[nodiscard]] Permit hold(std::stop_token stop, Deadline deadline = Deadline::never());

  /// How many permits are free; of the moment. Python: get_value().
  int value() const { return static_cast<int>(word().permits()); }
  /// Valid as long as there is a handle.
  const char* name() const { return state().name.get(); }

  void save(remote::OutputArchive& out) const { save_object(out); }
  void load(remote::InputArchive& in);

 protected:
  enum class Bound { none, initial_value };
  Semaphore(int value, std::string_view name, Bound bound);

 private:
  friend class Permit;

  struct State {
    sync::SharedSemaphoreWord word;
    SharedName name;
  };
  static_assert(sizeof(State) == 80, "processes share it");

  State& state() const { return object().state<State>(); }
  sync::SharedSemaphoreWord& word() const { return state().word; }
  // Zeros for those holders whose memory has not been set aside: the word never speaks of one.
  sync::SharedSemaphoreWord::Holder* holders() const noexcept { return holders_; }
  void map_holders();
  std::uint32_t claim_holder();
  Permit hold_within(Deadline deadline, sync::Cancel cancel);

  sync::SharedSemaphoreWord::Holder* holders_ = nullptr;  // as this process has them; they live as long as the object
};

/// A Semaphore that never holds more permits than it began with: release() beyond that throws std::invalid_argument and changes
/// nothing, which finds the place that gives back what it did not take. Python: multiprocessing.BoundedSemaphore (ValueError).
class BoundedSemaphore : public Semaphore {
 public:
  BoundedSemaphore() : BoundedSemaphore{1} {}
  explicit BoundedSemaphore(int value, std::string_view name = {}) : Semaphore{value, name, Bound::initial_value} {}
  explicit BoundedSemaphore(Blank blank) noexcept : Semaphore{blank} {}
};

/// A permit of a Semaphore that this process holds, until release() or the end of the guard. If the process dies, the permit goes
/// back by itself. In a child made by fork() it means nothing: the permit is its parent's.
class Permit {
 public:
  Permit() noexcept : semaphore_{remote::Blank{}} {}
  Permit(Permit&& other) noexcept : semaphore_{std::move(other.semaphore_)}, holder_{other.holder_}, of_{other.of_} {
    other.of_ = {};
  }
  /// Gives back what was held here.
  Permit& operator=(Permit&& other) noexcept;
  ~Permit() { release(); }

  /// Whether there is one.
  explicit operator bool() const noexcept { return of_ != platform::ProcessId{}; }
  /// Gives it back now. No matter if there is none.
  void release() noexcept;

 private:
  friend class Semaphore;
  Permit(Semaphore of, std::uint32_t holder) noexcept : semaphore_{std::move(of)}, holder_{holder}, of_{platform::this_process()} {}

  Semaphore semaphore_;
  std::uint32_t holder_ = 0;
  platform::ProcessId of_{};  // nobody if there is no permit
};

}  // namespace tandem::multiprocessing
