#pragma once

#include <array>

#include <sys/types.h>

namespace tandem::bench {

/// A child that sends back each message that it is sent, until its end of the line is closed. Made by a plain fork.
class AnsweringProcess {
 public:
  using Message = std::array<char, 64>;

  /// Throws std::system_error.
  AnsweringProcess();
  AnsweringProcess(const AnsweringProcess&) = delete;
  AnsweringProcess& operator=(const AnsweringProcess&) = delete;
  ~AnsweringProcess();

  int socket() const noexcept { return socket_; }
  void ask() const;
  /// Waits for an answer.
  void hear() const;

 private:
  int socket_;
  pid_t pid_;
};

}  // namespace tandem::bench
