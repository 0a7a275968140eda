#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace tandem::bench {

/// A way for bytes from one process to another, for messages of a size that both know. A handle, for processes that are forked
/// after it was made.
class Stream {
 public:
  /// Throw std::system_error. A pipe is given room for 1 MiB, which anybody may ask for; a socket has what the system gives it.
  static Stream pipe();
  static Stream socketpair();

  void send(std::span<const std::byte> message) const;
  void receive(std::span<std::byte> message) const;

 private:
  class Ends;

  explicit Stream(std::shared_ptr<const Ends> ends);

  std::shared_ptr<const Ends> ends_;
};

}  // namespace tandem::bench
