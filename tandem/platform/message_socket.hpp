#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// Two connected ends over which whole messages travel, with descriptors if need be: AF_UNIX, SOCK_SEQPACKET. A message arrives
/// whole or not at all, also when its sender is killed while it sends, and those of several senders never mix. Never in the place
/// of a standard descriptor, even if one is closed.
struct MessageSocketPair {
  Fd first, second;
};
MessageSocketPair message_socket_pair();

using Bytes = std::span<const std::byte>;

/// What those who receive here are ready for. A message of more bytes than max_packet_size, which those two need who have agreed
/// on it, or with more descriptors, is not for a socket.
inline constexpr std::size_t max_message_size = 64 * 1024;
inline constexpr std::size_t max_packet_size = 128 * 1024 + 64;
inline constexpr std::size_t max_message_descriptors = 250;

/// How long a call itself waits.
enum class Patience {
  none,     ///< Not at all.
  nap,      ///< As long as set_nap() has said for this socket; a signal ends it, too.
  endless,  ///< Until it is done.
};

enum class SendResult { sent, closed, full };
/// Sends the parts as one message, waiting while the other side's buffer is full; when its patience is over, that is the answer.
/// The descriptors are copied; the caller keeps its own. `closed` if nobody is left to read it. Throws std::system_error,
/// std::length_error if it is too large.
SendResult send_message(int socket, std::span<const Bytes> parts, std::span<const int> descriptors = {},
                        Patience patience = Patience::endless);

enum class ReceiveResult { received, closed, nothing };
struct ReceivedMessage {
  std::size_t size = 0;
  std::vector<Fd> descriptors = {};  // close-on-exec
  bool descriptors_lost = false;     // this process has no room for more of them
};
/// Takes one message into `buffer`, which must hold what may come. Throws std::length_error if it does not. `nothing` if there is
/// none and its patience is over. `closed` once the other side is gone and everything that it sent has been taken. Throws
/// std::system_error.
ReceiveResult receive_message(int socket, std::span<std::byte> buffer, ReceivedMessage& message,
                              Patience patience = Patience::endless);
/// The same into several places, one behind the other, which can hold together what may come.
ReceiveResult receive_message(int socket, std::span<const std::span<std::byte>> buffers, ReceivedMessage& message,
                              Patience patience = Patience::endless);
/// Fills `place` with the beginning of the next message, which stays there; `size` is how much that is.
ReceiveResult peek_message(int socket, std::span<std::byte> place, std::size_t& size, Patience patience);

/// For Patience::nap, of all who have this socket; the calls of a socket that does not block do not nap. Throws std::system_error.
void set_nap(int socket, std::chrono::milliseconds length);

}  // namespace tandem::platform
