#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "tandem/platform/process_id.hpp"
#include "tandem/shared/window.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::shared {

struct Slot;

/// What an object is; 0 is none. The number stands in shared memory.
enum class Kind : std::uint32_t {
  none,
  lock,
  rlock,
  semaphore,
  event,
  condition,
  barrier,
  queue,
  value,
  array,
  memory,
};

/// What a shared object is called in messages: its slot, and which of those that stood there one after the other.
struct Reference {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const Reference&, const Reference&) = default;
};

/// A shared object as one process has it: a share in its slot of the arena. It lives as long as anybody anywhere has a share, or a
/// message that is on its way does; then its memory goes back to the system. A process that dies loses its shares.
///
/// `state()` is 192 bytes in shared memory, zeros to begin with, mapped by everybody; the window is for what is larger. What stands
/// there must be valid with all zeros, trivially destructible, and the same in all processes (no pointers).
///
/// Copies of the pointer are copies of the handle. From any thread. A child made by fork() may use what it inherited, and has no
/// share of its own in it, unless it was given one: see Bequest.
class Object {
 public:
  static constexpr std::size_t state_size = 192;

  /// A new one. Throws std::logic_error without init(), std::runtime_error if there are too many, std::system_error if memory is
  /// short.
  static std::shared_ptr<Object> make(Kind kind);
  /// The one that a message to this process means, which brought a share along. Throws std::runtime_error if there is no such
  /// object of that kind (any, if none is named).
  static std::shared_ptr<Object> adopt(Reference reference);

  ~Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  Kind kind() const noexcept;
  Reference reference() const noexcept { return {slot_number_, generation_}; }

  /// The state as a T, which must be fit for it.
  template <class T>
  T& state() const noexcept {
    static_assert(sizeof(T) <= state_size && alignof(T) <= 64 && std::is_trivially_destructible_v<T>);
    return *reinterpret_cast<T*>(state_bytes());
  }
  const Window& window() const noexcept { return window_; }

  /// What this process alone has of the object, such as mappings of its window: made by the first call, `T make()`, and gone with
  /// the last handle. The same T each time.
  template <class T, class Make>
  T& local(Make make) {
    const sync::Guard hold{local_lock_};
    if (local_ == nullptr) local_ = std::shared_ptr<T>(new T(make()));  // in place: it need not be movable
    return *static_cast<T*>(local_.get());
  }

 private:
  struct Private {};

 public:
  Object(Private /*only make() and adopt() can*/, std::uint32_t slot_number, std::uint32_t generation);

 private:
  friend class Bequest;

  std::byte* state_bytes() const noexcept;

  const std::uint32_t slot_number_;
  const std::uint32_t generation_;
  Slot& slot_;
  Window window_;
  platform::ProcessId holder_ = platform::this_process();  // whose share it is; changed by take_over() only
  sync::Lock local_lock_{"shared object"};
  std::shared_ptr<void> local_;  // guarded by local_lock_ until it is made
};

}  // namespace tandem::shared
