#include "tandem/http/request_parser.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "tandem/http/ascii.hpp"
#include "tandem/http/head_scanner.hpp"
#include "tandem/http/target.hpp"

namespace tandem::http {
namespace {

namespace beast = boost::beast;
using BeastError = beast::http::error;
using beast::error_code;

// A chunk's size line, and the trailer behind the last chunk. Beast itself has no bound for them.
constexpr std::size_t max_chunk_header = 8 * 1024;
// The shortest rest of a message that is about to begin a chunk: "0\r\n\r\n". Beast may not be asked with less: having seen "0\r\n"
// it asserts five bytes at the next call.
constexpr std::size_t least_chunk_header = 5;

std::string_view view(beast::string_view text) noexcept { return {text.data(), text.size()}; }

/// Beast's grammar, and on top of it the rules that keep two servers from understanding one stream differently.
class BeastParser final : public beast::http::basic_parser<true> {
 public:
  BeastParser(Request& request, std::uint64_t max_body) : request_{request} {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the head's size has been checked before it comes here
    body_limit(max_body);
  }

  bool in_chunk() const noexcept { return chunk_left_ > 0; }
  const std::optional<RequestParser::Refusal>& refusal() const noexcept { return refusal_; }

 private:
  void refuse(error_code& ec, int status, std::string_view detail) {
    refusal_ = {status, std::string{detail}};
    ec = BeastError::bad_field;
  }

  void on_request_impl(beast::http::verb /*verb*/, beast::string_view method, beast::string_view target, int version,
                       error_code& ec) override {
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    request_.version = version;
    auto parsed = http::parse_target(request_.method, request_.target);
    if (!parsed) return refuse(ec, 400, "the request target is malformed");
    request_.path = std::move(parsed->path);
    request_.query = std::move(parsed->query);
  }

  void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value, error_code& ec) override {
    if (is_header_done()) return;  // a trailer: it may not change what has been decided by the head, and nobody here needs it
    switch (field) {
      case beast::http::field::content_length:
        if (request_.headers.contains("Content-Length")) return refuse(ec, 400, "more than one Content-Length");
        if (value.empty() || !std::all_of(value.begin(), value.end(), http::is_digit)) {
          return refuse(ec, 400, "Content-Length is no number");
        }
        break;
      case beast::http::field::transfer_encoding:
        if (request_.version < 11) return refuse(ec, 400, "Transfer-Encoding in HTTP/1.0");
        if (!equal_ignoring_case(view(value), "chunked")) {
          // Beast would take a message whose last coding is not chunked to have no body, and its body for the next request.
          return refuse(ec, 501, "the only Transfer-Encoding known here is chunked");
        }
        break;
      case beast::http::field::host:
        if (request_.headers.contains("Host")) return refuse(ec, 400, "more than one Host");
        break;
      case beast::http::field::expect:
        if (request_.version >= 11 && !equal_ignoring_case(view(value), "100-continue")) {
          return refuse(ec, 417, "the only expectation known here is 100-continue");
        }
        break;
      default:
        break;
    }
    request_.headers.add(view(name), view(value));
  }

  void on_header_impl(error_code& ec) override {
    if (request_.version >= 11 && !request_.headers.contains("Host")) return refuse(ec, 400, "HTTP/1.1 requires a Host field");
    request_.keep_alive = keep_alive();
  }

  std::size_t on_body_impl(beast::string_view body, error_code& /*ec*/) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, beast::string_view /*extensions*/, error_code& /*ec*/) override {
    chunk_left_ = size;
  }
  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, beast::string_view body, error_code& /*ec*/) override {
    request_.body.append(body.data(), body.size());
    chunk_left_ -= body.size();
    return body.size();
  }

  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  Request& request_;
  std::optional<RequestParser::Refusal> refusal_;
  std::uint64_t chunk_left_ = 0;
};

/// True for "GET / HTTP/2.0": well formed, but another version.
bool is_other_version(std::string_view head) noexcept {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t space = line.rfind(' ');
  if (space == std::string_view::npos) return false;
  const std::string_view version = line.substr(space + 1);
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
}

}  // namespace

class RequestParser::Impl {
 public:
  explicit Impl(Limits limits) : limits_{limits} { beast_.emplace(request_, limits_.body_bytes); }

  Outcome feed(std::string_view& bytes) {
    if (stage_ == Stage::idle && !bytes.empty()) stage_ = Stage::head;
    if (stage_ == Stage::head) {
      if (const Outcome outcome = feed_head(bytes); outcome != Outcome::complete) return outcome;
    }
    return stage_ == Stage::body ? feed_body(bytes) : Outcome::need_more;
  }

  void next() {
    request_.headers.clear();
    request_.body.clear();
    carried_.clear();
    scanner_ = {};
    beast_.emplace(request_, limits_.body_bytes);
    stage_ = Stage::idle;
    continue_taken_ = false;
  }

  bool take_continue() noexcept {
    if (stage_ != Stage::body || continue_taken_ || request_.version < 11 || !request_.headers.contains("Expect")) return false;
    continue_taken_ = true;
    return request_.body.empty();  // a client that has begun already waits no more
  }

  Stage stage() const noexcept { return stage_; }
  const Request& request() const noexcept { return request_; }
  const Refusal& refusal() const noexcept { return refusal_; }

 private:
  Outcome refuse(int status, std::string detail) {
    refusal_ = {status, std::move(detail)};
    return Outcome::refused;
  }

  Outcome refuse(const error_code& ec, std::string_view head) {
    if (const auto& own = beast_->refusal()) return refuse(own->status, own->detail);
    if (ec == BeastError::body_limit) return refuse(413, "the body is larger than this server takes");
    if (ec == BeastError::bad_version && is_other_version(head)) return refuse(505, "this server speaks HTTP/1.1 and HTTP/1.0");
    return refuse(400, ec.message());
  }

  /// `complete`: the head is, and the body begins.
  Outcome feed_head(std::string_view& bytes) {
    const std::string_view allowed = bytes.substr(0, limits_.head_bytes - scanner_.size());
    std::size_t used = 0;
    const HeadScanner::Finding finding = scanner_.scan(allowed, used);
    if (finding == HeadScanner::Finding::malformed) return refuse(400, "this is no HTTP/1.1 request");
    if (finding == HeadScanner::Finding::more) {
      carried_.append(allowed);
      bytes.remove_prefix(used);
      if (scanner_.size() < limits_.head_bytes) return Outcome::need_more;
      return scanner_.past_first_line() ? refuse(431, "the header fields are larger than this server takes")
                                        : refuse(414, "the request line is longer than this server takes");
    }
    std::string_view head = bytes.substr(0, used);
    if (!carried_.empty()) head = carried_.append(head);
    bytes.remove_prefix(used);
    head.remove_prefix(scanner_.blank());
    const Outcome outcome = parse_head(head);
    carried_.clear();
    return outcome;
  }

  Outcome parse_head(std::string_view head) {
    error_code ec;
    beast_->put(boost::asio::const_buffer{head.data(), head.size()}, ec);
    if (ec == BeastError::need_more) return refuse(400, "the head is malformed");  // it ends where it should not
    if (ec) return refuse(ec, head);
    stage_ = Stage::body;
    return Outcome::complete;
  }

  Outcome feed_body(std::string_view& bytes) {
    while (!beast_->is_done()) {
      const bool at_chunk_header = beast_->chunked() && !beast_->in_chunk();
      if (!carried_.empty() && at_chunk_header) {
        const std::size_t count = std::min(bytes.size(), max_chunk_header - carried_.size());
        carried_.append(bytes.substr(0, count));
        bytes.remove_prefix(count);
      }
      const bool from_carried = !carried_.empty();
      const std::string_view input = from_carried ? std::string_view{carried_} : bytes;
      if (input.empty()) return Outcome::need_more;
      error_code ec = BeastError::need_more;
      std::size_t used = 0;
      if (!at_chunk_header || input.size() >= least_chunk_header) {
        used = beast_->put(boost::asio::const_buffer{input.data(), input.size()}, ec);
      }
      if (ec && ec != BeastError::need_more) return refuse(ec, {});
      if (from_carried) {
        carried_.erase(0, used);
      } else {
        bytes.remove_prefix(used);
      }
      if (ec == BeastError::need_more) {
        if (!from_carried) carried_.assign(std::exchange(bytes, {}).substr(0, max_chunk_header));
        if (carried_.size() == max_chunk_header) return refuse(400, "a chunk's header, or the trailer, is too long");
        if (bytes.empty()) return Outcome::need_more;
      }
    }
    // What was carried in this call beyond the end of the message goes back: it lies right before what is left of `bytes`.
    bytes = {bytes.data() - carried_.size(), bytes.size() + carried_.size()};
    carried_.clear();
    return Outcome::complete;
  }

  const Limits limits_;
  Request request_;
  Refusal refusal_;
  HeadScanner scanner_;
  std::optional<BeastParser> beast_;  // serves one message only
  std::string carried_;               // a part of a head, or of a chunk's header, that ended in the middle
  Stage stage_ = Stage::idle;
  bool continue_taken_ = false;
};

RequestParser::RequestParser(Limits limits) : impl_{std::make_unique<Impl>(limits)} {}
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;
RequestParser::~RequestParser() = default;

RequestParser::Outcome RequestParser::feed(std::string_view& bytes) { return impl_->feed(bytes); }
void RequestParser::next() { impl_->next(); }
RequestParser::Stage RequestParser::stage() const noexcept { return impl_->stage(); }
bool RequestParser::take_continue() noexcept { return impl_->take_continue(); }
const Request& RequestParser::request() const noexcept { return impl_->request(); }
const RequestParser::Refusal& RequestParser::refusal() const noexcept { return impl_->refusal(); }

}  // namespace tandem::http
