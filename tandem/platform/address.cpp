#include "tandem/platform/address.hpp"

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

/// getaddrinfo has error numbers of its own.
class LookupCategory : public std::error_category {
 public:
  const char* name() const noexcept override { return "getaddrinfo"; }
  std::string message(int code) const override { return ::gai_strerror(code); }
};

const LookupCategory lookup_category;

[[noreturn]] void refuse(std::string_view text) {
  std::string what{"'"};
  what.append(text).append("' is no address: write host:port, :port or [ipv6]:port, as in 127.0.0.1:8080 (port 0 to 65535)");
  throw std::invalid_argument(what);
}

struct HostPort {
  std::string host;
  std::string port;
};

HostPort split(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) refuse(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || host.size() < 4) refuse(text);
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    refuse(text);  // ::1:80 may be the address ::1:80 without a port as well
  }
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || error != std::errc{} || end != port.data() + port.size() || number > 65535) refuse(text);
  // Always this machine (RFC 6761), also where there is no /etc/hosts to say so.
  if (host == "localhost") host = "127.0.0.1";
  return {std::string{host}, std::string{port}};
}

// The bytes are copied in and out instead of cast: storage_ holds no sockaddr object as the language sees it.
template <class T>
T as(const SocketAddress& address) noexcept {
  T value{};
  std::memcpy(&value, address.data(), sizeof value);
  return value;
}

}  // namespace

SocketAddress SocketAddress::parse(std::string_view text) {
  const HostPort parts = split(text);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_family = parts.host.empty() ? AF_INET : AF_UNSPEC;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(parts.host.empty() ? nullptr : parts.host.c_str(), parts.port.c_str(), &hints, &found);
  if (code == EAI_SYSTEM) throw_errno("getaddrinfo", parts.host);
  if (code != 0) throw std::system_error(code, lookup_category, "getaddrinfo " + parts.host);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  SocketAddress address;
  std::memcpy(address.storage_, found->ai_addr, found->ai_addrlen);
  address.size_ = found->ai_addrlen;
  return address;
}

SocketAddress SocketAddress::path(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) {
    throw std::invalid_argument("the path of a unix socket must not be empty or contain a NUL byte");
  }
  return of_unix({path.data(), path.size()}, 1);
}

SocketAddress SocketAddress::abstract(std::string_view name) { return of_unix(std::string{'\0'}.append(name), 0); }

SocketAddress SocketAddress::of_unix(std::string name, std::size_t terminator) {
  sockaddr_un address{};
  if (name.size() + 1 > sizeof address.sun_path) {
    throw std::invalid_argument("the name of a unix socket has at most " + std::to_string(sizeof address.sun_path - 1) +
                                " bytes: " + name);
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  SocketAddress result;
  std::memcpy(result.storage_, &address, sizeof address);
  result.size_ = static_cast<unsigned>(offsetof(sockaddr_un, sun_path) + name.size() + terminator);
  return result;
}

bool SocketAddress::is_unix() const noexcept { return family() == AF_UNIX; }

std::string SocketAddress::path() const {
  if (!is_unix() || size_ <= offsetof(sockaddr_un, sun_path)) return {};
  const auto address = as<sockaddr_un>(*this);
  if (address.sun_path[0] == '\0') return {};
  return std::string{address.sun_path, ::strnlen(address.sun_path, size_ - offsetof(sockaddr_un, sun_path))};
}

int SocketAddress::family() const noexcept { return as<sockaddr>(*this).sa_family; }

int SocketAddress::port() const noexcept {
  switch (family()) {
    case AF_INET:
      return ntohs(as<sockaddr_in>(*this).sin_port);
    case AF_INET6:
      return ntohs(as<sockaddr_in6>(*this).sin6_port);
    default:
      return 0;
  }
}

bool SocketAddress::is_any() const noexcept {
  if (family() == AF_INET) return as<sockaddr_in>(*this).sin_addr.s_addr == htonl(INADDR_ANY);
  const auto address = as<sockaddr_in6>(*this);
  return family() == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&address.sin6_addr);
}

std::string SocketAddress::text() const {
  char host[INET6_ADDRSTRLEN] = {};
  if (family() == AF_INET) {
    const auto address = as<sockaddr_in>(*this);
    ::inet_ntop(AF_INET, &address.sin_addr, host, sizeof host);
    return std::string{host}.append(":").append(std::to_string(port()));
  }
  if (family() == AF_INET6) {
    const auto address = as<sockaddr_in6>(*this);
    ::inet_ntop(AF_INET6, &address.sin6_addr, host, sizeof host);
    return std::string{"["}.append(host).append("]:").append(std::to_string(port()));
  }
  if (is_unix()) {
    if (std::string path_text = path(); !path_text.empty()) return path_text;
    const auto address = as<sockaddr_un>(*this);
    constexpr std::size_t head = offsetof(sockaddr_un, sun_path);
    if (size_ <= head) return "a unix socket without a name";
    return std::string{"@"}.append(address.sun_path + 1, size_ - head - 1);
  }
  return "unknown address";
}

}  // namespace tandem::platform
