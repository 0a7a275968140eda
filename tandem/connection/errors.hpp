#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace tandem::multiprocessing {

/// Nothing more comes: the other end was closed, or its process has ended. Python: EOFError.
class EOFError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A message did not fit into the place for it. It is not lost. Python: multiprocessing.BufferTooShort.
class BufferTooShort : public std::length_error {
 public:
  BufferTooShort(const std::string& what, std::string message) : std::length_error{what}, message_{std::move(message)} {}
  /// All of it.
  const std::string& message() const noexcept { return message_; }

 private:
  std::string message_;
};

/// The deadline passed, or stop was requested, when a part of a message had been sent. The line has ended for the other side, which
/// else would wait for the rest, and nothing more can be sent over it.
class MessageCutOff : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The two sides of a connection do not have the same key, or the other side does not speak as it should. Python:
/// multiprocessing.AuthenticationError.
class AuthenticationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tandem::multiprocessing
