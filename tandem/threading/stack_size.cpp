#include "tandem/threading/stack_size.hpp"

#include <stdexcept>
#include <string>

#include "tandem/base/atomics.hpp"

namespace tandem::threading {
namespace {

constexpr std::size_t least = std::size_t{32} << 10;
constinit base::Atomic<std::size_t> size{0};

}  // namespace

std::size_t stack_size() noexcept { return size.load(std::memory_order_relaxed); }

std::size_t stack_size(std::size_t bytes) {
  if (bytes != 0 && bytes < least) {
    throw std::invalid_argument("stack_size: " + std::to_string(bytes) +
                                " bytes are too few; give 32 KiB or more, or 0 for the default");
  }
  return size.exchange(bytes, std::memory_order_relaxed);
}

}  // namespace tandem::threading
