#pragma once

#include <cstdint>
#include <type_traits>

/// What a process pool and its workers say to each other, over one Channel per worker. These are the heads of the messages.
namespace tandem::multiprocessing::pool_protocol {

/// First, to the worker. The first descriptor is the pool's ClaimBoard; the body is a call to make before any task, or empty.
struct Setup {
  std::uint32_t slot;
};

/// To the worker. The body is the call.
struct Task {
  std::uint64_t attempt;       ///< Its number, given once by the pool; 0: there is no task, and the worker is to end.
  std::uint64_t memory_limit;  ///< in bytes; 0: none
};

/// From the worker.
enum class Kind : std::uint32_t {
  ready,            ///< once, when it can take tasks
  setup_failed,     ///< instead; the body is the exception
  result,           ///< the body is what the call returned
  error,            ///< the body is the exception that left it
  memory_exceeded,  ///< an allocation failed under the task's limit
};
struct Reply {
  std::uint64_t attempt;
  Kind kind;
  std::uint32_t padding = 0;
};

static_assert(std::is_trivially_copyable_v<Setup> && std::is_trivially_copyable_v<Task> && std::is_trivially_copyable_v<Reply>);
static_assert(sizeof(Task) == 16 && sizeof(Reply) == 16, "no holes whose content nobody decides");

}  // namespace tandem::multiprocessing::pool_protocol
