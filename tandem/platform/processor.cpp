#include "tandem/platform/processor.hpp"

#include <sched.h>

namespace tandem::platform {

int current_processor() noexcept { return ::sched_getcpu(); }

}  // namespace tandem::platform
