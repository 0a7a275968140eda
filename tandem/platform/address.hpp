#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tandem::platform {

/// An internet address with its port, IPv4 or IPv6, or that of a unix socket, as the kernel's calls take it. Cheap to copy.
class SocketAddress {
 public:
  SocketAddress() noexcept = default;

  /// Reads "127.0.0.1:8080", "localhost:8080", "[::1]:8080" or ":8080" (all IPv4 addresses of this machine, as Python's empty
  /// host); port 0 lets the kernel choose one. A name is looked up, and its first address taken: this may block. Throws
  /// std::invalid_argument if it is none of these, std::system_error if the name cannot be resolved.
  static SocketAddress parse(std::string_view text);

  /// A unix socket in the file system, at most 107 bytes. Throws std::invalid_argument.
  static SocketAddress path(std::string_view path);
  /// One that has a name and no file, and is gone with its last socket; at most 107 bytes.
  static SocketAddress abstract(std::string_view name);

  /// "127.0.0.1:8080", "[::1]:8080", "/run/x", "@name".
  std::string text() const;
  int family() const noexcept;
  /// 0 if it has none.
  int port() const noexcept;
  bool is_unix() const noexcept;
  /// Of a unix socket in the file system; empty for others.
  std::string path() const;
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
  static SocketAddress of_unix(std::string name, std::size_t terminator);

  alignas(8) std::byte storage_[128] = {};  // sockaddr_storage, without its header
  unsigned size_ = 0;
};

}  // namespace tandem::platform
