#include "tandem/platform/pipe.hpp"

#include <cerrno>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/sigpipe.hpp"

namespace tandem::platform {
namespace {

/// 0 if a read or write would not wait, EAGAIN if it would.
int look(int fd, short events) noexcept {
  pollfd entry{fd, events, 0};
  const Transfer ready = repeat_if_interrupted([&] { return ::poll(&entry, 1, 0); });
  return ready.error != 0 || ready.bytes > 0 ? ready.error : EAGAIN;
}

}  // namespace

Pipe make_pipe(int capacity) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("pipe");
  Pipe pipe{Fd{ends[0]}, Fd{ends[1]}};
  pipe.read = above_standard(std::move(pipe.read));
  pipe.write = above_standard(std::move(pipe.write));
  if (capacity > 0 && ::fcntl(pipe.write.get(), F_SETPIPE_SZ, capacity) < 0) throw_errno("fcntl", "F_SETPIPE_SZ");
  return pipe;
}

Transfer read_pipe(int fd, std::span<char> room) noexcept {
  if (const int error = look(fd, POLLIN); error != 0) return {0, error};
  return repeat_if_interrupted([&] { return ::read(fd, room.data(), room.size()); });
}

Transfer write_pipe(int fd, std::string_view data) noexcept {
  WithoutSigpipe guard;
  std::size_t written = 0;
  while (written < data.size()) {
    if (const int error = look(fd, POLLOUT); error != 0) return {written, error};
    // For so many bytes there is room then.
    const std::string_view next = data.substr(written, PIPE_BUF);
    const Transfer result = repeat_if_interrupted([&] { return ::write(fd, next.data(), next.size()); });
    if (result.error == EPIPE) guard.raised();
    if (result.error != 0) return {written, result.error};
    written += result.bytes;
  }
  return {written, 0};
}

}  // namespace tandem::platform
