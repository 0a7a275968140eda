#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::multiprocessing {

/// How both sides of a connection prove to each other that they have the same key, without showing it: each sends 40 random bytes,
/// and the other answers with their HMAC-SHA256. The messages are those of CPython 3.12's multiprocessing.connection.
///
/// Knows nothing of sockets: it is given the messages that arrive and says what is to be sent.
class Handshake {
 public:
  /// None of its messages is longer.
  static constexpr std::size_t longest = 256;
  enum class Side { listener, client };

  Handshake(Side side, std::string key);

  struct Step {
    std::vector<std::string> to_send;
    std::optional<std::string> failure;  ///< Why it has failed; what is to be sent tells the other side.
  };
  /// Before anything has arrived.
  Step begin();
  Step next(std::string_view message);
  bool is_done() const noexcept { return awaited_ == Awaited::nothing; }

 private:
  // In the order of the listener; a client begins with the second half, and ends with the first.
  enum class Awaited { answer, challenge, verdict, nothing };

  std::string make_challenge();
  Step judge(std::string_view answer);
  Step answer(std::string_view challenge);
  Step take_verdict(std::string_view verdict);

  Side side_;
  std::string key_;
  std::string challenge_;  // ours, as it goes into the HMAC
  Awaited awaited_;
};

}  // namespace tandem::multiprocessing
