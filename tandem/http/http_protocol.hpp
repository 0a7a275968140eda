#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "tandem/http/handler.hpp"
#include "tandem/http/options.hpp"
#include "tandem/http/request_parser.hpp"
#include "tandem/socketserver/session.hpp"

namespace tandem::http {

/// HTTP/1.1 and 1.0 over one connection, as a socketserver protocol: requests in, the handler's answers out, in order.
///
/// `handler` and `options` must outlive it.
class HttpProtocol {
 public:
  HttpProtocol(const Handler& handler, const Options& options);

  void connection_made(socketserver::Session& session);
  void data_received(socketserver::Session& session, std::string_view bytes);
  void output_flushed(socketserver::Session& session);
  void timed_out(socketserver::Session& session);

 private:
  using Clock = std::chrono::steady_clock;

  void process(socketserver::Session& session, std::string_view bytes);
  void set_deadline(socketserver::Session& session) const;
  void await_more(socketserver::Session& session, RequestParser::Stage before);
  void answer(socketserver::Session& session, const Request& request);
  Response response_to(const socketserver::Session& session, const Request& request) const;
  void refuse(socketserver::Session& session, int status, std::string_view detail);
  void send(socketserver::Session& session, const Request* request, Response response, bool keep_alive);
  void send_body(socketserver::Session& session, Response& response) const;

  const Handler& handler_;
  const Options& options_;
  RequestParser parser_;
  std::string backlog_;  // pipelined input that waits until answers have gone out
  Clock::time_point request_began_{};
};

/// The names of methods that a server may meet; others are answered by 501.
bool is_known_method(std::string_view method) noexcept;

}  // namespace tandem::http
