#pragma once

#include <string_view>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::subprocess {

/// Our end of the pipe that is a program's stdin. Python: Popen.stdin, a binary file, but without a buffer: there is nothing to
/// flush.
///
/// For one thread at a time. If the program does not read any more, writing throws std::system_error with EPIPE (Python:
/// BrokenPipeError), and no SIGPIPE comes. Waits end by KeyboardInterrupt and, at the deadline, by TimeoutError.
class PipeWriter {
 public:
  PipeWriter() noexcept = default;
  explicit PipeWriter(platform::Fd fd) noexcept : fd_{std::move(fd)} {}

  /// All of it. After an error nobody knows how much of it the program will read.
  void write(std::string_view data, Deadline deadline = Deadline::never());
  /// What there is room for, without waiting, but not more than 1 MiB at once: takes it off `data`. False if the program does not
  /// read any more.
  bool write_some(std::string_view& data);

  /// The program finds the end of its input. May be called again.
  void close() noexcept { fd_.reset(); }
  bool closed() const noexcept { return !fd_; }
  /// For poll and the like, or as another program's stdout; -1 once closed.
  int fileno() const noexcept { return fd_.get(); }

 private:
  platform::Fd fd_;
};

}  // namespace tandem::subprocess
