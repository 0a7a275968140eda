#pragma once

#include <initializer_list>
#include <memory>
#include <stop_token>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/connection/byte_connection.hpp"

namespace tandem::multiprocessing::connection {

/// What wait() can wait for: a Connection, or a descriptor: a process's sentinel, a socket, a Listener's fileno.
class Waitable {
 public:
  Waitable(int fd) noexcept : fd_{fd} {}                                // NOLINT: Python takes what has a fileno
  Waitable(ByteConnection& line) : fd_{line.fileno()}, line_{&line} {}  // NOLINT
  Waitable(ByteConnection* line) : Waitable{*line} {}                   // NOLINT

  int fd() const noexcept { return fd_; }
  /// The Connection that it stands for, or null.
  ByteConnection* line() const noexcept { return line_; }

  friend bool operator==(const Waitable&, const Waitable&) noexcept = default;

 private:
  int fd_;
  ByteConnection* line_ = nullptr;
};

/// Waits until some of them are ready, and says which, in the order given: a Connection with a message or at its end, a process
/// that has ended, a socket that can be read. None if the deadline passed, or stop was requested, first. Throws KeyboardInterrupt.
/// Python: multiprocessing.connection.wait.
///
///     for (const Waitable& ready : connection::wait({left, right, process.sentinel()}, 2s)) {
///       if (ready == left) use(left.recv());
///     }
std::vector<Waitable> wait(const std::vector<Waitable>& objects, Deadline deadline = Deadline::never(),
                           const std::stop_token& stop = {});

}  // namespace tandem::multiprocessing::connection
