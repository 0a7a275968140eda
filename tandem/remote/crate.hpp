#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/memfd.hpp"

namespace tandem::remote {

/// What a Crate begins with.
struct CrateHead {
  // 1: what is in it was sent, and whoever gets it may be reading. 0: it has been read, or was never sent. Stored as 1 by the
  // sender before it sends it, which orders it; as 0 by the receiver, with release order, which the sender's acquire load pairs
  // with before it writes there again. Who dies with it leaves a 1: then it is used no more, but for the same message.
  base::Atomic<std::uint32_t> unread;
  // 1: the sender has given it up, and whoever still has it mapped need not. Relaxed: nothing depends on it but memory.
  base::Atomic<std::uint32_t> discarded;
};
inline constexpr std::size_t crate_head_size = 64;  // so that what comes behind it is aligned
static_assert(sizeof(CrateHead) <= crate_head_size && std::is_trivially_destructible_v<CrateHead>, "it stands in shared memory");
static_assert(base::Atomic<std::uint32_t>::is_always_lock_free);

/// Shared memory in which a large message is written where its receiver reads it, and which is used again for the next one:
/// touching new memory costs several times as much as copying. It goes to the receiver as a descriptor, which has it mapped from
/// the last time; see CrateStore and OpenedCrates. The sender's side of it.
class Crate {
 public:
  /// For so many bytes, which are set aside as they are needed. Throws std::system_error.
  explicit Crate(std::size_t room);
  Crate(const Crate&) = delete;
  Crate& operator=(const Crate&) = delete;
  ~Crate();

  const platform::Fd& memory() const noexcept { return memory_; }
  std::size_t room() const noexcept { return mapping_.size() - crate_head_size; }
  char* data() const noexcept { return reinterpret_cast<char*>(mapping_.data()) + crate_head_size; }
  CrateHead& head() const noexcept { return *reinterpret_cast<CrateHead*>(mapping_.data()); }
  /// Sets memory aside for so many bytes. False if there is not enough.
  bool reserve(std::size_t size) noexcept;

  /// Whether a Stowed has it. Released by that with release order, paired with the acquire load of who takes it next.
  base::Atomic<std::uint32_t> held{0};

 private:
  platform::Fd memory_;
  platform::Mapping mapping_;
  std::size_t allocated_;
};

/// The bytes of a message in a Crate, which is this message's until the object goes and the receiver has read them. Empty: there is
/// none. Not for several threads at once.
class Stowed {
 public:
  Stowed() noexcept = default;
  /// Of a crate that nobody else has.
  explicit Stowed(std::shared_ptr<Crate> crate) noexcept : crate_{std::move(crate)} {}
  Stowed(Stowed&& other) noexcept : crate_{std::move(other.crate_)}, size_{std::exchange(other.size_, 0)} {}
  Stowed& operator=(Stowed&& other) noexcept {
    Stowed old{std::move(*this)};
    crate_ = std::move(other.crate_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Stowed() {
    if (crate_ != nullptr) crate_->held.store(0, std::memory_order_release);
  }

  explicit operator bool() const noexcept { return crate_ != nullptr; }
  std::size_t size() const noexcept { return size_; }
  std::span<const char> bytes() const noexcept { return {crate_ != nullptr ? crate_->data() : nullptr, size_}; }
  const Crate& crate() const noexcept { return *crate_; }

  /// False if there is no room or no memory for them; then nothing is changed.
  bool append(std::span<const char> bytes) noexcept;
  /// Keeps the first so many.
  void truncate(std::size_t size) noexcept { size_ = size; }

 private:
  std::shared_ptr<Crate> crate_;
  std::size_t size_ = 0;
};

}  // namespace tandem::remote
