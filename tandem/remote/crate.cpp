#include "tandem/remote/crate.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <system_error>

namespace tandem::remote {
namespace {

// So much is set aside at a time at least: the call takes longer than clearing a few pages.
constexpr std::size_t step = 256UL * 1024;

}  // namespace

Crate::Crate(std::size_t room)
    : memory_{platform::make_sparse_memfd("tandem crate", crate_head_size + room)},
      mapping_{memory_, platform::Mapping::Access::read_write},
      allocated_{std::min(step, mapping_.size())} {
  platform::allocate(memory_, 0, allocated_);
  new (mapping_.data()) CrateHead{};
}

Crate::~Crate() { head().discarded.store(1, std::memory_order_relaxed); }

bool Crate::reserve(std::size_t size) noexcept {
  if (size > room()) return false;
  const std::size_t needed = crate_head_size + size;
  if (needed <= allocated_) return true;
  const std::size_t wanted = std::min(std::max(needed, allocated_ + step), mapping_.size());
  try {
    platform::allocate(memory_, allocated_, wanted - allocated_);
  } catch (const std::system_error&) {
    return false;  // the message goes another way, and if memory is that short, that one says so
  }
  allocated_ = wanted;
  return true;
}

bool Stowed::append(std::span<const char> bytes) noexcept {
  if (!crate_->reserve(size_ + bytes.size())) return false;
  if (!bytes.empty()) std::memcpy(crate_->data() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
  return true;
}

}  // namespace tandem::remote
