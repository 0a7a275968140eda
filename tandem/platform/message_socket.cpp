#include "tandem/platform/message_socket.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

#include <sys/socket.h>
#include <sys/uio.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

constexpr std::size_t max_parts = 4;

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

}  // namespace

MessageSocketPair message_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) throw_errno("socketpair");
  return {above_standard(Fd{ends[0]}), above_standard(Fd{ends[1]})};
}

SendResult send_message(int socket, std::span<const Bytes> parts, std::span<const int> descriptors, bool wait) {
  std::array<iovec, max_parts> vectors{};
  std::size_t size = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    size += parts[i].size();
    vectors.at(i) = {const_cast<std::byte*>(parts[i].data()), parts[i].size()};
  }
  if (size > max_packet_size || descriptors.size() > max_message_descriptors) {
    throw std::length_error("a message of " + std::to_string(size) + " bytes with " + std::to_string(descriptors.size()) +
                            " descriptors: at most " + std::to_string(max_packet_size) + " and " +
                            std::to_string(max_message_descriptors) + " go into one");
  }
  msghdr header{};
  header.msg_iov = vectors.data();
  header.msg_iovlen = parts.size();
  Control control;
  if (!descriptors.empty()) attach(header, control, descriptors);
  for (;;) {
    if (::sendmsg(socket, &header, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT)) >= 0) return SendResult::sent;
    if (errno == EPIPE || errno == ECONNRESET) return SendResult::closed;
    if (errno == ETOOMANYREFS) {
      // As many descriptors are on their way between this user's processes as one process may hold: until some are taken.
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return SendResult::full;
    } else if (errno != EINTR) {
      throw_errno("sendmsg");
    }
  }
}

ReceiveResult receive_message(int socket, std::span<std::byte> buffer, ReceivedMessage& message, bool wait) {
  return receive_message(socket, std::array{buffer}, message, wait);
}

ReceiveResult receive_message(int socket, std::span<const std::span<std::byte>> buffers, ReceivedMessage& message, bool wait) {
  std::array<iovec, max_parts> vectors{};
  for (std::size_t i = 0; i < buffers.size(); ++i) vectors.at(i) = {buffers[i].data(), buffers[i].size()};
  Control control;
  msghdr header{};
  header.msg_iov = vectors.data();
  header.msg_iovlen = buffers.size();
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == ECONNRESET) return ReceiveResult::closed;
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return ReceiveResult::nothing;
  if (size < 0) throw_errno("recvmsg");
  if (size == 0) return ReceiveResult::closed;  // nobody sends empty messages
  message.size = static_cast<std::size_t>(size);
  message.descriptors.clear();
  detach(header, message.descriptors);
  message.descriptors_lost = (header.msg_flags & MSG_CTRUNC) != 0;
  if ((header.msg_flags & MSG_TRUNC) != 0) throw std::length_error("a message was received that is longer than the place for it");
  return ReceiveResult::received;
}

}  // namespace tandem::platform
