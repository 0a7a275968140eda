#pragma once

#include <cstdint>
#include <type_traits>

/// What a process pool and its workers say to each other over a worker's Channel, beside the TaskBoard. These are the heads of the
/// messages.
namespace tandem::multiprocessing::pool_protocol {

/// First, to the worker. The descriptors are the TaskBoard's memory and the EventFd that wakes the pool; the body is a call to make
/// before any task, or empty.
struct Setup {
  std::uint32_t place;
  std::uint32_t max_tasks;  ///< After so many it is to go; 0: it stays.
};

/// To the worker, which has asked for it. The body is the call.
struct Task {
  std::uint64_t attempt;  ///< 0: the pool cannot send it, and has taken it back.
};

/// What a worker says, and of which kind the result in a TaskSlot is.
enum class Kind : std::uint8_t {
  ready,            ///< Once, when it can take tasks.
  setup_failed,     ///< Instead; the body is the exception.
  wanted,           ///< It has taken a task whose call is to be sent.
  result,           ///< The body is what the call returned.
  error,            ///< The body is the exception that left it.
  memory_exceeded,  ///< An allocation failed under the task's limit.
};
struct Reply {
  std::uint64_t attempt;  ///< 0 if it is about none.
  std::uint32_t slot;     ///< The attempt's.
  Kind kind;
  std::uint8_t padding[3] = {};
};

static_assert(std::is_trivially_copyable_v<Setup> && std::is_trivially_copyable_v<Task> && std::is_trivially_copyable_v<Reply>);
static_assert(sizeof(Setup) == 8 && sizeof(Task) == 8 && sizeof(Reply) == 16, "no holes whose content nobody decides");

}  // namespace tandem::multiprocessing::pool_protocol
