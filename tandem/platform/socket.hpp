#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tandem/base/deadline.hpp"
#include "tandem/platform/address.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/transfer.hpp"

namespace tandem::platform {

/// All that this header opens is close-on-exec and does not block; no call here raises SIGPIPE.

/// Bytes in a row; or whole messages, see message_socket.hpp, which are for unix addresses only.
enum class SocketKind { stream, messages };

/// A socket that listens on `address`. Throws std::system_error; a taken port reads "bind 127.0.0.1:8080: Address already in use".
Fd listen_on(const SocketAddress& address, int backlog, SocketKind kind = SocketKind::stream);
/// The address that a socket is bound to: where a listener with port 0 really listens.
SocketAddress local_address(int socket);

struct Accepted {
  Fd socket;  ///< empty if there is none; then `error` says why
  SocketAddress peer;
  int error = 0;

  bool would_block() const noexcept;
  /// The process or the system has no descriptor left (EMFILE, ENFILE) or no memory for a socket.
  bool out_of_resources() const noexcept;
};
/// Takes one waiting connection, without delay for small answers (TCP_NODELAY).
Accepted accept_from(int listener) noexcept;

/// Connects within `deadline`, likewise without delay for small messages, or throws std::system_error (ETIMEDOUT if it passed).
Fd connect_to(const SocketAddress& address, Deadline deadline = Deadline::never(), SocketKind kind = SocketKind::stream);

/// The same in steps, for who has something else to watch while it waits.
struct Connecting {
  enum class State {
    connected,
    on_its_way,  ///< It can be written to when that is decided: ask finish_connect() then.
    full,        ///< As many wait at a unix address as may, and nothing tells when one of them is taken: try_connect() again.
  };
  Fd socket;
  State state;
};
/// Throws std::system_error.
Connecting start_connect(const SocketAddress& address, SocketKind kind = SocketKind::stream);
/// Once more, after it was full.
void try_connect(Connecting& connecting, const SocketAddress& address);
/// Throws std::system_error if it has failed.
void finish_connect(Connecting& connecting, const SocketAddress& address);

/// Its calls wait from now on, of all who have it, where they are not told otherwise. Throws std::system_error.
void set_blocking(int socket);

/// Reads what is there; 0 bytes without an error is the end of the stream.
Transfer receive(int socket, std::span<char> room) noexcept;
/// Writes up to 16 of `parts` in order. `more` tells the kernel that more follows at once, so that it may fill its packet.
Transfer send(int socket, std::span<const std::string_view> parts, bool more = false) noexcept;
/// Sends from a file without a copy through this process. 0 bytes without an error: the file ends before `offset`.
Transfer send_file(int socket, int file, std::uint64_t offset, std::size_t count) noexcept;

/// Tells the peer that nothing more comes, while it may still send.
void shutdown_write(int socket) noexcept;
/// Refuses what the peer would send from now on; what has come already can be read, and then its end.
void shutdown_read(int socket) noexcept;
/// Makes the next close(2) reset the connection instead of ending it in order.
void reset_on_close(int socket) noexcept;
/// Limits the kernel's buffers for this socket, in bytes (it doubles the figure, and has a lower bound).
void set_buffer_sizes(int socket, int receive_bytes, int send_bytes) noexcept;
/// Only for sending; of a unix socket, that is all the room that there is.
void set_send_buffer_size(int socket, int bytes) noexcept;

}  // namespace tandem::platform
