#include "tandem/subprocess/pipe_writer.hpp"

#include <cerrno>
#include <stdexcept>

#include "tandem/base/errors.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/pipe.hpp"
#include "tandem/sync/descriptors.hpp"

namespace tandem::subprocess {

bool PipeWriter::write_some(std::string_view& data) {
  if (closed()) throw std::logic_error("this end of the pipe was closed: it cannot be written any more");
  // A program that reads as fast as this writes must not keep it for long.
  const platform::Transfer done = platform::write_pipe(fd_.get(), data.substr(0, 1024 * 1024));
  data.remove_prefix(done.bytes);
  if (done.error == EPIPE) return false;
  if (done.error != 0 && !done.would_block()) platform::throw_error(done.error, "write", "a pipe to a program");
  return true;
}

void PipeWriter::write(std::string_view data, Deadline deadline) {
  for (;;) {
    if (!write_some(data)) platform::throw_error(EPIPE, "write", "a pipe to a program that reads no more");
    if (data.empty()) return;
    if (!sync::wait_writable(fd_.get(), deadline) || deadline.expired()) {
      throw TimeoutError("a program has not read all of it before the deadline");
    }
  }
}

}  // namespace tandem::subprocess
