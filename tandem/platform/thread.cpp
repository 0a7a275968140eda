#include "tandem/platform/thread.hpp"

#include <string>

#include <sys/prctl.h>
#include <unistd.h>

namespace tandem::platform {

int native_thread_id() noexcept { return ::gettid(); }

void set_thread_name(std::string_view name) noexcept {
  char buffer[16] = {};
  name.copy(buffer, sizeof buffer - 1);
  ::prctl(PR_SET_NAME, buffer);
}

}  // namespace tandem::platform
