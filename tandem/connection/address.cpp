#include "tandem/connection/address.hpp"

#include <stdexcept>

namespace tandem::multiprocessing::connection {

platform::SocketAddress Address::parsed(std::string_view text) {
  if (text.starts_with('@') || text.starts_with('\0')) return platform::SocketAddress::abstract(text.substr(1));
  if (text.find('/') != std::string_view::npos) return platform::SocketAddress::path(text);
  return platform::SocketAddress::parse(text);
}

Address::Address(std::string_view host, int port) {
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  std::string text;
  text.append(is_ipv6 ? "[" : "").append(host).append(is_ipv6 ? "]:" : ":").append(std::to_string(port));
  address_ = platform::SocketAddress::parse(text);
}

}  // namespace tandem::multiprocessing::connection
