#pragma once

#include <span>
#include <string_view>

#include "tandem/platform/fd.hpp"
#include "tandem/platform/transfer.hpp"

namespace tandem::platform {

struct Pipe {
  Fd read, write;
};

/// pipe(2), close-on-exec, both ends above the standard descriptors. `capacity` in bytes is what the kernel is asked to let it hold
/// (it rounds up); 0: as usual, 64 KiB. Throws std::system_error.
Pipe make_pipe(int capacity = 0);

// Neither of these waits, although the pipe is one that does: O_NONBLOCK would hold for all who have its end from this process,
// too, and no program expects that of its stdin. They look first. So they may wait after all if somebody else uses the same end at
// the same time, and was quicker.

/// What can be read. Bytes are 0 without an error once the other side has closed its end.
Transfer read_pipe(int fd, std::span<char> room) noexcept;
/// What there is room for; with an error only what was written before it. Does not end the process by SIGPIPE if nobody can read
/// any more, which is the error EPIPE.
Transfer write_pipe(int fd, std::string_view data) noexcept;

}  // namespace tandem::platform
