#pragma once

#include <string_view>

namespace tandem::platform {

/// The kernel's id of the calling thread, as top and /proc show it. Python: threading.get_native_id().
int native_thread_id() noexcept;
/// Names the calling thread for top, gdb and /proc; the kernel keeps the first 15 bytes.
void set_thread_name(std::string_view name) noexcept;

}  // namespace tandem::platform
