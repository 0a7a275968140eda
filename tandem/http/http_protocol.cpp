#include "tandem/http/http_protocol.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <exception>
#include <utility>

#include "tandem/http/date.hpp"
#include "tandem/http/status.hpp"
#include "tandem/platform/open_beneath.hpp"

namespace tandem::http {
namespace {

using Outcome = RequestParser::Outcome;
using Stage = RequestParser::Stage;
using socketserver::Session;

// With so much queued, pipelined requests wait: each answer may hold an open file, and a client that sends requests without reading
// answers would otherwise decide how many.
constexpr std::uint64_t enough_output = 64 * 1024;
// Up to this size reading a file into the buffer that holds the head already is cheaper than a second system call to send it.
constexpr std::uint64_t small_file = 16 * 1024;

void write_number(Session& session, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  session.write(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void write_field(Session& session, std::string_view name, std::string_view value) {
  session.write(name);
  session.write(": ");
  session.write(value);
  session.write("\r\n");
}

bool has_body(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

void write_head(Session& session, const Response& response, std::string_view server, std::string_view connection) {
  session.write("HTTP/1.1 ");
  write_number(session, static_cast<std::uint64_t>(response.status));
  session.write(" ");
  session.write(response.reason.empty() ? reason_phrase(response.status) : std::string_view{response.reason});
  session.write("\r\n");
  write_field(session, "Date", http_date_now());
  if (!server.empty()) write_field(session, "Server", server);
  for (std::size_t i = 0; i < response.headers.size(); ++i) {
    write_field(session, response.headers[i].name, response.headers[i].value);
  }
  if (has_body(response.status)) {
    session.write("Content-Length: ");
    write_number(session, response.length());
    session.write("\r\n");
  }
  if (!connection.empty()) write_field(session, "Connection", connection);
  session.write("\r\n");
}

}  // namespace

bool is_known_method(std::string_view method) noexcept {
  for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"}) {
    if (method == known) return true;
  }
  return false;
}

HttpProtocol::HttpProtocol(const Handler& handler, const Options& options)
    : handler_{handler},
      options_{options},
      parser_{RequestParser::Limits{.head_bytes = options.max_head_bytes, .body_bytes = options.max_body_bytes}} {}

void HttpProtocol::connection_made(Session& session) { set_deadline(session); }

void HttpProtocol::data_received(Session& session, std::string_view bytes) {
  if (backlog_.empty()) return process(session, bytes);
  backlog_.append(bytes);
  output_flushed(session);
}

void HttpProtocol::output_flushed(Session& session) {
  // While answers went out, nothing was read: that time is not the client's. It cannot gain more by it, since in the middle of a
  // request there is nothing to send.
  set_deadline(session);
  if (!backlog_.empty()) process(session, std::exchange(backlog_, {}));
}

/// Each part of a request has one deadline from its beginning, which further bytes do not move: a client that sends one byte now
/// and then must not keep its connection for ever.
void HttpProtocol::set_deadline(Session& session) const {
  switch (parser_.stage()) {
    case Stage::idle:
      return session.expect_input_by(options_.idle_timeout);
    case Stage::head:
      return session.expect_input_by(options_.header_timeout);
    case Stage::body:
      return session.expect_input_by(options_.body_timeout);
  }
}

void HttpProtocol::process(Session& session, std::string_view bytes) {
  while (!bytes.empty() && !session.closing()) {
    if (session.output().size() >= enough_output) {
      backlog_.assign(bytes);  // output_flushed() goes on with it
      return;
    }
    const Stage before = parser_.stage();
    if (before == Stage::idle) request_began_ = Clock::now();
    switch (parser_.feed(bytes)) {
      case Outcome::need_more:
        return await_more(session, before);
      case Outcome::refused:
        return refuse(session, parser_.refusal().status, parser_.refusal().detail);
      case Outcome::complete:
        answer(session, parser_.request());
        parser_.next();
        set_deadline(session);
        break;
    }
  }
}

void HttpProtocol::await_more(Session& session, Stage before) {
  if (parser_.stage() != before) set_deadline(session);
  if (parser_.take_continue()) session.write("HTTP/1.1 100 Continue\r\n\r\n");
}

void HttpProtocol::timed_out(Session& session) {
  switch (parser_.stage()) {
    case Stage::idle:
      return session.close();
    case Stage::head:
      return refuse(session, 408, "the head of the request did not arrive in time");
    case Stage::body:
      return refuse(session, 408, "the body of the request did not arrive in time");
  }
}

void HttpProtocol::answer(Session& session, const Request& request) {
  send(session, &request, response_to(session, request), request.keep_alive);
}

Response HttpProtocol::response_to(const Session& session, const Request& request) const {
  if (!is_known_method(request.method)) return Response::error(501, "no such method is known here");
  try {
    return handler_.handle(request);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tandem: http: %s: %s %s: %s\n", session.peer().c_str(), request.method.c_str(), request.target.c_str(),
                 error.what());
  } catch (...) {
    std::fprintf(stderr, "tandem: http: %s: %s %s: the handler threw something that is no std::exception\n", session.peer().c_str(),
                 request.method.c_str(), request.target.c_str());
  }
  return Response::error(500, "the server failed to answer this");
}

/// What follows in the stream cannot be trusted to be a request any more.
void HttpProtocol::refuse(Session& session, int status, std::string_view detail) {
  send(session, nullptr, Response::error(status, detail), false);
}

void HttpProtocol::send(Session& session, const Request* request, Response response, bool keep_alive) {
  std::string_view connection;
  if (!keep_alive) connection = "close";
  if (keep_alive && request != nullptr && request->version < 11) connection = "keep-alive";
  write_head(session, response, options_.server_name, connection);
  const bool with_body = has_body(response.status) && (request == nullptr || request->method != "HEAD");
  const std::uint64_t length = with_body ? response.length() : 0;
  const int status = response.status;
  if (with_body) send_body(session, response);
  if (!keep_alive) session.close();
  if (options_.access_log) {
    options_.access_log({.peer = session.peer(),
                         .method = request != nullptr ? std::string_view{request->method} : "-",
                         .target = request != nullptr ? std::string_view{request->target} : "-",
                         .status = status,
                         .bytes = length,
                         .duration = Clock::now() - request_began_});
  }
}

void HttpProtocol::send_body(Session& session, Response& response) const {
  if (!response.file) return session.write(std::move(response.body));
  const std::uint64_t length = response.file->length;
  if (length > small_file) return session.send_file(std::move(response.file->file), response.file->offset, length);
  const platform::Transfer got = platform::read_at(response.file->file.get(), session.grow(length), response.file->offset);
  // Shortened meanwhile, or unreadable: the length that stands in the head cannot be kept any more.
  if (got.bytes < length) session.abort();
}

}  // namespace tandem::http
