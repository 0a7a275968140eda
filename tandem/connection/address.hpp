#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "tandem/platform/address.hpp"

namespace tandem::multiprocessing::connection {

/// Where a Listener can be reached: "localhost:6000" over TCP; "/run/user/1000/x" or "./x", with a slash, at a file; "@name" at a
/// name of this machine that needs no file. Throws std::invalid_argument for what is none of these, std::system_error if a host's
/// name cannot be resolved. Python: ('localhost', 6000), '/path', '\0name'.
class Address {
 public:
  template <std::convertible_to<std::string_view> S>
  Address(const S& text) : address_{parsed(text)} {}  // NOLINT: reads as the text
  Address(std::string_view host, int port);
  explicit Address(const platform::SocketAddress& address) noexcept : address_{address} {}

  /// As it can be written in the program that is to connect.
  std::string text() const { return address_.text(); }
  /// 0 if it has none.
  int port() const noexcept { return address_.port(); }
  const platform::SocketAddress& socket_address() const noexcept { return address_; }

 private:
  static platform::SocketAddress parsed(std::string_view text);

  platform::SocketAddress address_;
};

}  // namespace tandem::multiprocessing::connection
