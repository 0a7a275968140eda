#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tandem/http/request.hpp"

namespace tandem::http {

/// Makes requests out of bytes, however the network has cut them. It knows neither sockets nor time.
///
/// It is strict where leniency is a way in (RFC 9112, request smuggling): Content-Length beside Transfer-Encoding, more than one
/// Content-Length, or one that is no plain number, folded lines, blanks before a colon, bare line feeds, and chunk sizes that are
/// no hexadecimal number are refused. What a refused connection sends further must not be understood as a request.
///
///     RequestParser parser{{}};
///     while (!bytes.empty() && parser.feed(bytes) == Outcome::complete) {   // pipelined requests come one by one
///       answer(parser.request());
///       parser.next();
///     }
class RequestParser {
 public:
  struct Limits {
    std::size_t head_bytes = 16 * 1024;
    std::uint64_t body_bytes = 1024 * 1024;
  };
  enum class Outcome : std::uint8_t {
    need_more,  ///< all bytes are taken, and the request is not whole yet
    complete,   ///< request() is ready; the bytes that are left belong to the next one
    refused,    ///< see refusal(); final
  };
  enum class Stage : std::uint8_t { idle, head, body };
  struct Refusal {
    int status = 400;
    std::string detail;
  };

  explicit RequestParser(Limits limits);
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;
  ~RequestParser();

  /// Takes from the front of `bytes` what belongs to this request. Bytes that were taken need not be kept.
  Outcome feed(std::string_view& bytes);
  /// Begins with the next request; to be called after `complete`.
  void next();

  /// Idle: not one byte of the request has come.
  Stage stage() const noexcept;
  /// The client waits for "100 Continue" before it sends the body. True once per request at most.
  bool take_continue() noexcept;

  const Request& request() const noexcept;
  const Refusal& refusal() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tandem::http
