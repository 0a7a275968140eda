#include "tandem/subprocess/pipe_reader.hpp"

#include <algorithm>
#include <stdexcept>

#include "tandem/base/errors.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/pipe.hpp"
#include "tandem/sync/descriptors.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::subprocess {

void PipeReader::check_open() const {
  if (closed()) throw std::logic_error("this end of the pipe was closed: it cannot be read any more");
}

bool PipeReader::read_once() {
  constexpr std::size_t most = 64 * 1024;
  buffer_.erase(0, std::exchange(taken_, 0));
  const std::size_t before = buffer_.size();
  buffer_.resize(before + most);
  const platform::Transfer got = platform::read_pipe(fd_.get(), {buffer_.data() + before, most});
  buffer_.resize(before + got.bytes);
  if (got.would_block()) return false;
  if (got.error != 0) platform::throw_error(got.error, "read", "a pipe from a program");
  at_end_ = got.bytes == 0;
  return true;
}

bool PipeReader::fill() {
  check_open();
  // A program that writes as fast as this reads must not keep it for ever. No pipe holds more, unless root made it.
  for (const std::size_t most = buffered().size() + 1024 * 1024; !at_end_ && buffered().size() < most && read_once();) {
  }
  return !at_end_;
}

bool PipeReader::await_more(Deadline deadline, const std::stop_token& stop) {
  while (!read_once()) {
    if (!sync::wait_readable(fd_.get(), deadline, stop)) return read_once();
  }
  return true;
}

void PipeReader::await_bytes(std::size_t size, Deadline deadline) {
  check_open();
  const auto enough = [&] { return at_end_ || buffered().size() >= size; };
  while (!enough()) {
    if (await_more(deadline) && !deadline.expired()) {
      if (!enough()) sync::check_interrupt();
      continue;
    }
    fill();  // what there is, but not more of a program that writes without end
    if (!enough()) throw TimeoutError("a program has not written all of it before the deadline");
  }
}

std::string PipeReader::take_front(std::size_t size) {
  std::string front{buffered().substr(0, size)};
  taken_ += front.size();
  return front;
}

std::string PipeReader::take_buffered() {
  buffer_.erase(0, std::exchange(taken_, 0));
  return std::exchange(buffer_, {});
}

std::string PipeReader::read(Deadline deadline) {
  await_bytes(std::string::npos, deadline);
  return take_buffered();
}

std::string PipeReader::read(std::size_t size, Deadline deadline) {
  await_bytes(size, deadline);
  return take_front(size);
}

std::string PipeReader::read_some(std::size_t size, Deadline deadline) {
  await_bytes(1, deadline);
  return take_front(size);
}

std::optional<std::string> PipeReader::try_readline(std::stop_token stop, Deadline deadline) {
  check_open();
  bool is_late = false;
  for (std::size_t seen = 0;;) {
    const std::size_t end = buffered().find('\n', seen);
    if (end != std::string_view::npos) return take_front(end + 1);
    if (at_end_) return take_buffered();
    seen = buffered().size();
    if (is_late || !await_more(deadline, stop)) return std::nullopt;
    // It may write without end, and without a '\n'.
    is_late = deadline.expired() || stop.stop_requested();
    if (!is_late) sync::check_interrupt();
  }
}

std::string PipeReader::readline(Deadline deadline) {
  auto line = try_readline({}, deadline);
  if (!line) throw TimeoutError("a program wrote no whole line before the deadline");
  return *std::move(line);
}

std::optional<std::string> PipeReader::take() {
  std::string line = readline();
  if (line.empty()) return std::nullopt;
  if (line.back() == '\n') line.pop_back();
  return line;
}

}  // namespace tandem::subprocess
