#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/base/take_iterator.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::subprocess {

/// Our end of a pipe into which a program writes: its stdout or stderr. Python: Popen.stdout, a binary file.
///
/// For one thread at a time. Waits end by KeyboardInterrupt and, at the deadline, by TimeoutError, even if the program writes
/// without end; what was read until then is there for the next call. Reading after close() throws std::logic_error.
///
///     for (const std::string& line : child.stdout()) ...  // without its '\n'
class PipeReader {
 public:
  using iterator = base::TakeIterator<PipeReader, std::string>;

  PipeReader() noexcept = default;
  explicit PipeReader(platform::Fd fd) noexcept : fd_{std::move(fd)} {}

  /// All that comes until the program, and whoever else has the other end, has closed it.
  std::string read(Deadline deadline = Deadline::never());
  /// So many bytes; fewer only at the end.
  std::string read(std::size_t size, Deadline deadline = Deadline::never());
  /// What there is, at most so many bytes, but at least one unless this is the end.
  std::string read_some(std::size_t size = 64 * 1024, Deadline deadline = Deadline::never());
  /// With its '\n', which only the last one may lack; empty at the end.
  std::string readline(Deadline deadline = Deadline::never());
  /// Nothing if stop was requested or the deadline passed first.
  std::optional<std::string> try_readline(std::stop_token stop, Deadline deadline = Deadline::never());

  /// Line by line, without the '\n', to the end.
  iterator begin() { return iterator{*this}; }
  std::default_sentinel_t end() const noexcept { return {}; }

  /// The program's next write fails, usually by SIGPIPE. May be called again.
  void close() noexcept { fd_.reset(); }
  bool closed() const noexcept { return !fd_; }
  /// For poll and the like, or as another program's stdin; -1 once closed. What this object has read ahead is not seen there.
  int fileno() const noexcept { return fd_.get(); }

  /// For who waits for several pipes: takes in what there is, without waiting, but not more than 1 MiB at
  /// once. False once the end was met.
  bool fill();
  /// What was taken in and not asked for; valid until the next call.
  std::string_view buffered() const noexcept { return std::string_view{buffer_}.substr(taken_); }
  std::string take_buffered();

 private:
  friend iterator;

  void check_open() const;
  /// Takes in what comes next. False if there was nothing before the deadline or the request to stop.
  bool await_more(Deadline deadline, const std::stop_token& stop = {});
  /// Until there are so many bytes, or the end.
  void await_bytes(std::size_t size, Deadline deadline);
  /// What one read brings; false if there is nothing at the moment.
  bool read_once();
  std::string take_front(std::size_t size);
  std::optional<std::string> take();

  platform::Fd fd_;
  std::string buffer_;
  std::size_t taken_ = 0;  // of the buffer's front: who reads many lines does not move what is left for each of them
  bool at_end_ = false;
};

}  // namespace tandem::subprocess
