#include "tandem/platform/message_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

constexpr std::size_t max_parts = 4;
// So much is put together here, for less than it costs the kernel to be told of its parts.
constexpr std::size_t max_flat = 512;

struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * max_message_descriptors)> bytes;
};

void attach(msghdr& header, Control& control, std::span<const int> descriptors) {
  header.msg_control = control.bytes.data();
  header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  std::memset(control.bytes.data(), 0, header.msg_controllen);
  cmsghdr* const item = CMSG_FIRSTHDR(&header);
  item->cmsg_level = SOL_SOCKET;
  item->cmsg_type = SCM_RIGHTS;
  item->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(item), descriptors.data(), descriptors.size_bytes());
}

void detach(msghdr& header, std::vector<Fd>& descriptors) {
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(item) + i * sizeof(int), sizeof fd);
      descriptors.emplace_back(fd);
    }
  }
}

[[noreturn]] void throw_too_large(std::size_t size, std::size_t descriptors) {
  throw std::length_error("a message of " + std::to_string(size) + " bytes with " + std::to_string(descriptors) +
                          " descriptors: at most " + std::to_string(max_packet_size) + " and " +
                          std::to_string(max_message_descriptors) + " go into one");
}

int flag_for(Patience patience) noexcept { return patience == Patience::none ? MSG_DONTWAIT : 0; }

/// Whether the call that has just failed would have had to wait for longer. A socket with a nap is not called again by the kernel
/// after a signal.
bool is_over(Patience patience) noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK || (errno == EINTR && patience == Patience::nap);
}

template <class Call>
SendResult sent(Patience patience, Call call) {
  for (;;) {
    if (call() >= 0) return SendResult::sent;
    if (errno == EPIPE || errno == ECONNRESET) return SendResult::closed;
    if (errno == ETOOMANYREFS) {
      // As many descriptors are on their way between this user's processes as one process may hold: until some are taken.
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    } else if (is_over(patience)) {
      return SendResult::full;
    } else if (errno != EINTR) {
      throw_errno("sendmsg");
    }
  }
}

template <class Call>
ReceiveResult received(std::size_t& size, Patience patience, Call call) {
  ssize_t result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR && patience == Patience::endless);
  if (result > 0) {
    size = static_cast<std::size_t>(result);
    return ReceiveResult::received;
  }
  if (result == 0 || errno == ECONNRESET) return ReceiveResult::closed;  // nobody sends empty messages
  if (is_over(patience)) return ReceiveResult::nothing;
  throw_errno("recvmsg");
}

}  // namespace

MessageSocketPair message_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) throw_errno("socketpair");
  return {above_standard(Fd{ends[0]}), above_standard(Fd{ends[1]})};
}

SendResult send_message(int socket, std::span<const Bytes> parts, std::span<const int> descriptors, Patience patience) {
  std::size_t size = 0;
  for (const Bytes& part : parts) size += part.size();
  if (size > max_packet_size || descriptors.size() > max_message_descriptors) throw_too_large(size, descriptors.size());
  const int flags = MSG_NOSIGNAL | flag_for(patience);
  if (size <= max_flat && descriptors.empty()) {
    std::array<std::byte, max_flat> flat;
    auto end = flat.begin();
    for (const Bytes& part : parts) end = std::copy(part.begin(), part.end(), end);
    return sent(patience, [&] { return ::send(socket, flat.data(), size, flags); });
  }
  std::array<iovec, max_parts> vectors{};
  for (std::size_t i = 0; i < parts.size(); ++i) vectors.at(i) = {const_cast<std::byte*>(parts[i].data()), parts[i].size()};
  msghdr header{};
  header.msg_iov = vectors.data();
  header.msg_iovlen = parts.size();
  Control control;
  if (!descriptors.empty()) attach(header, control, descriptors);
  return sent(patience, [&] { return ::sendmsg(socket, &header, flags); });
}

ReceiveResult receive_message(int socket, std::span<std::byte> buffer, ReceivedMessage& message, Patience patience) {
  return receive_message(socket, std::array{buffer}, message, patience);
}

ReceiveResult receive_message(int socket, std::span<const std::span<std::byte>> buffers, ReceivedMessage& message,
                              Patience patience) {
  std::array<iovec, max_parts> vectors;
  for (std::size_t i = 0; i < buffers.size(); ++i) vectors.at(i) = {buffers[i].data(), buffers[i].size()};
  Control control;
  msghdr header{};
  header.msg_iov = vectors.data();
  header.msg_iovlen = buffers.size();
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  const ReceiveResult result =
      received(message.size, patience, [&] { return ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC | flag_for(patience)); });
  if (result != ReceiveResult::received) return result;
  message.descriptors.clear();
  detach(header, message.descriptors);
  message.descriptors_lost = (header.msg_flags & MSG_CTRUNC) != 0;
  if ((header.msg_flags & MSG_TRUNC) != 0) throw std::length_error("a message was received that is longer than the place for it");
  return result;
}

ReceiveResult peek_message(int socket, std::span<std::byte> place, std::size_t& size, Patience patience) {
  return received(size, patience, [&] { return ::recv(socket, place.data(), place.size(), MSG_PEEK | flag_for(patience)); });
}

void set_nap(int socket, std::chrono::milliseconds length) {
  const timeval time{length.count() / 1000, static_cast<suseconds_t>(length.count() % 1000 * 1000)};
  for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    if (::setsockopt(socket, SOL_SOCKET, direction, &time, sizeof time) != 0) throw_errno("setsockopt");
  }
}

}  // namespace tandem::platform
