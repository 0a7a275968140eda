#include "apps/crawl/parse_arena.hpp"

#include <algorithm>
#include <ctime>
#include <new>
#include <utility>

namespace tandem::crawl {
namespace {

constexpr std::size_t first_chunk = 256 * 1024;
constexpr std::size_t largest_chunk = 4 * 1024 * 1024;

std::chrono::nanoseconds processor_time() noexcept {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

ParseArena::ParseArena(std::size_t max_bytes, std::chrono::nanoseconds max_time, const std::stop_token& stop)
    : stop_{stop}, left_bytes_{max_bytes}, deadline_{processor_time() + max_time} {}

void* ParseArena::allocate(std::size_t bytes) noexcept {
  // Reading the clock is a system call, hence not each time. On the worst pages 64 allocations take some milliseconds.
  if (++allocations_ % 64 == 0) {
    if (processor_time() > deadline_) leave(Exceeded::time);
    if (stop_.stop_requested()) leave(Exceeded::stopped);
  }
  constexpr std::size_t alignment = alignof(std::max_align_t);
  if (bytes > left_bytes_) leave(Exceeded::memory);
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  if (rounded > room_ && !grow(rounded)) leave(Exceeded::memory);
  room_ -= rounded;
  return std::exchange(next_, next_ + rounded);
}

bool ParseArena::grow(std::size_t bytes) noexcept {
  const std::size_t usual = std::min(first_chunk << std::min<std::size_t>(chunks_.size(), 4), largest_chunk);
  const std::size_t size = std::max(bytes, std::min(usual, left_bytes_));
  if (size > left_bytes_) return false;
  try {
    chunks_.emplace_back(new std::byte[size]);
  } catch (const std::bad_alloc&) {
    return false;
  }
  left_bytes_ -= size;
  next_ = chunks_.back().get();
  room_ = size;
  return true;
}

void ParseArena::leave(Exceeded why) noexcept {
  exceeded_ = why;
  std::longjmp(escape, 1);
}

}  // namespace tandem::crawl
