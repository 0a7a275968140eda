#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tandem::platform {

/// An internet address with its port, IPv4 or IPv6, as the kernel's calls take it. Cheap to copy.
class SocketAddress {
 public:
  SocketAddress() noexcept = default;

  /// Reads "127.0.0.1:8080", "localhost:8080", "[::1]:8080" or ":8080" (all IPv4 addresses of this machine, as Python's empty
  /// host); port 0 lets the kernel choose one. A name is looked up, and its first address taken: this may block. Throws
  /// std::invalid_argument if it is none of these, std::system_error if the name cannot be resolved.
  static SocketAddress parse(std::string_view text);

  /// "127.0.0.1:8080", "[::1]:8080".
  std::string text() const;
  int family() const noexcept;
  int port() const noexcept;
  /// True for 0.0.0.0 and [::], which one can listen on but not show to a user as a place to go to.
  bool is_any() const noexcept;

  const void* data() const noexcept { return storage_; }
  unsigned size() const noexcept { return size_; }

  /// For calls that write an address: they get the room, and its size to change.
  void* buffer() noexcept { return storage_; }
  unsigned* buffer_size() noexcept {
    size_ = sizeof storage_;
    return &size_;
  }

 private:
  alignas(8) std::byte storage_[128] = {};  // sockaddr_storage, without its header
  unsigned size_ = 0;
};

}  // namespace tandem::platform
