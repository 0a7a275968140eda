#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tandem/base/deadline.hpp"
#include "tandem/platform/address.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::test {

/// A plain TCP client that waits, but never for ever: what does not come within twenty seconds is thrown as an error, which fails
/// the test.
class Client {
 public:
  explicit Client(const std::string& address);

  void send(std::string_view bytes);
  /// Gives up without an error when the peer stops taking; says how many bytes went out.
  std::size_t send_until_stuck(std::string_view bytes, Deadline deadline);
  /// What one read gives; "" at the end of the stream. Throws std::system_error if the connection was reset.
  std::string receive_some(std::size_t most = 65536);
  std::string receive_exactly(std::size_t count);
  std::string receive_until(std::string_view end);
  /// Everything up to the end of the stream.
  std::string receive_all();
  /// True if the peer ends the connection, in order or by a reset, before `deadline`; what it sends meanwhile is dropped.
  bool ends_by(Deadline deadline);
  /// True if nothing comes, not even an end, until `deadline`.
  bool is_quiet_until(Deadline deadline);

  void half_close();
  /// Closes by a reset instead of in order.
  void reset();
  void close() { socket_.reset(); }
  /// Makes the kernel keep little for a client that does not read. Before the server sends.
  void shrink_buffers();

  /// Its own address, as the server sees it.
  std::string address() const;

 private:
  platform::Fd socket_;
  std::string ahead_;  // read, but not asked for yet
};

}  // namespace tandem::test
