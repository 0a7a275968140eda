#include "tandem/connection/wire.hpp"

#include <algorithm>
#include <utility>

#include "tandem/base/atomics.hpp"
#include "tandem/base/unfilled.hpp"
#include "tandem/platform/process_id.hpp"

namespace tandem::multiprocessing {
namespace {

// So much is set aside at once even for those who are believed.
constexpr std::uint64_t most_reserved = std::uint64_t{1} << 30;
constexpr std::uint64_t dropped_at_once = 64 * 1024;

}  // namespace

void Incoming::leave_place() {
  if (std::exchange(is_in_place, false)) {
    is_dropped = true;
    bytes.assign(place.data(), static_cast<std::size_t>(arrived));
    is_dropped = false;
  }
  place = {};
}

std::uint64_t unique_number() noexcept {
  static base::Atomic<std::uint32_t> next{0};
  return std::uint64_t{platform::this_process().pid} << 32 | next.fetch_add(1, std::memory_order_relaxed);
}

void Wire::make_ready(Incoming& message) const {
  if (message.size <= message.place.size()) {
    message.is_in_place = true;
  } else if (is_trusted_) {
    message.bytes.reserve(static_cast<std::size_t>(std::min(message.size, most_reserved)));
  }
}

std::span<char> Wire::room_for(Incoming& message, std::size_t most) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(message.size - message.arrived, most));
  if (message.is_dropped) {
    message.bytes.resize(static_cast<std::size_t>(std::min(message.size, dropped_at_once)));
    return std::span{message.bytes}.first(std::min(wanted, message.bytes.size()));
  }
  const auto at = static_cast<std::size_t>(message.arrived);
  if (message.is_in_place) return message.place.subspan(at, wanted);
  // Grown as it fills: what a liar says of a message's length costs nothing.
  if (message.bytes.size() < at + wanted) base::resize_unfilled(message.bytes, at + wanted);
  return std::span{message.bytes}.subspan(at, wanted);
}

}  // namespace tandem::multiprocessing
