#pragma once

#include <cstddef>
#include <string_view>

namespace tandem::platform {

/// The kernel's id of the calling thread, as top and /proc show it. Python: threading.get_native_id().
int native_thread_id() noexcept;
/// Names the calling thread for top, gdb and /proc; the kernel keeps the first 15 bytes.
void set_thread_name(std::string_view name) noexcept;

/// The system's thread: std::thread with a stack of a chosen size, and without an allocation. Who starts it joins or detaches it.
class NativeThread {
 public:
  using Entry = void* (*)(void* argument);

  NativeThread() noexcept = default;
  NativeThread(const NativeThread&) = delete;
  NativeThread& operator=(const NativeThread&) = delete;

  /// Runs `entry(argument)` in a new thread. `stack_size` is in bytes; 0: the system's default (`ulimit -s`). Throws
  /// std::system_error if there is no thread to be had, or not with such a stack. Only while there is none.
  void start(Entry entry, void* argument, std::size_t stack_size);
  bool joinable() const noexcept { return joinable_; }
  void join() noexcept;
  void detach() noexcept;

 private:
  unsigned long handle_ = 0;  // pthread_t
  bool joinable_ = false;
};

}  // namespace tandem::platform
