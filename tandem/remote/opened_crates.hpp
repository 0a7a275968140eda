#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "tandem/platform/fd.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/remote/crate.hpp"

namespace tandem::remote {

/// The receiver's side of crates: those that it has got before stay mapped. Not for several threads at once.
class OpenedCrates {
 public:
  /// The bytes of a message in a crate, which its sender leaves alone until this goes.
  class Contents;

  /// Throws std::runtime_error if it is no crate with so many bytes in it, std::system_error if it cannot be mapped.
  Contents open(const platform::Fd& memory, std::uint64_t size);

 private:
  struct Opened {
    platform::FileIdentity identity;
    platform::Mapping mapping;

    CrateHead& head() const noexcept { return *reinterpret_cast<CrateHead*>(mapping.data()); }
  };

  std::vector<std::shared_ptr<const Opened>> opened_;  // what was used last at the end
};

class OpenedCrates::Contents {
 public:
  Contents() noexcept = default;
  Contents(Contents&& other) noexcept : crate_{std::move(other.crate_)}, size_{std::exchange(other.size_, 0)} {}
  Contents& operator=(Contents&& other) noexcept {
    const Contents old{std::move(*this)};
    crate_ = std::move(other.crate_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Contents() {
    if (crate_ != nullptr) crate_->head().unread.store(0, std::memory_order_release);
  }

  std::span<const std::byte> bytes() const noexcept {
    return {crate_ != nullptr ? crate_->mapping.data() + crate_head_size : nullptr, size_};
  }

 private:
  friend class OpenedCrates;
  Contents(std::shared_ptr<const Opened> crate, std::size_t size) noexcept : crate_{std::move(crate)}, size_{size} {}

  std::shared_ptr<const Opened> crate_;
  std::size_t size_ = 0;
};

}  // namespace tandem::remote
