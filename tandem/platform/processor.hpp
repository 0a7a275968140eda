#pragma once

namespace tandem::platform {

/// The number of the processor that the calling thread runs on, from 0; -1 if the kernel does not say. Of the moment: the thread
/// may run on another one before the caller looks at it. A few nanoseconds.
int current_processor() noexcept;

}  // namespace tandem::platform
