#include "apps/crawl/fetcher.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <system_error>

#include <curl/curl.h>
#include <fmt/format.h>

#include "apps/crawl/quantity.hpp"
#include "apps/crawl/text.hpp"

namespace tandem::crawl {
namespace {

constexpr long max_redirects = 10;
constexpr std::size_t max_header_bytes = 256 * 1024;

void check(CURLcode code, std::string_view what) {
  if (code == CURLE_OK) return;
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc{};
  throw std::runtime_error(fmt::format("libcurl: {}: {}", what, curl_easy_strerror(code)));
}

void check(CURLMcode code) {
  if (code == CURLM_OK) return;
  if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc{};
  throw std::runtime_error(fmt::format("libcurl: {}", curl_multi_strerror(code)));
}

void start_libcurl() {
  // Never undone: libcurl's state is the process's, and others in it may use libcurl too.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  check(started, "curl_global_init");
}

struct CleanEasy {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct CleanMulti {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};

std::string limit_text(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

}  // namespace

/// The handles that outlive a fetch, and the way its callbacks see it. The connections belong to the multi handle. It is driven by
/// hand rather than by curl_easy_perform, which sleeps for up to a second between looking at its progress callback: this way a
/// stop request wakes the transfer at once.
struct Fetcher::State {
  FetchOptions options;
  std::unique_ptr<CURLM, CleanMulti> multi;
  std::unique_ptr<CURL, CleanEasy> easy;  // goes first: it may still be known to multi
  std::array<char, CURL_ERROR_SIZE> error_text{};

  explicit State(FetchOptions chosen) : options{std::move(chosen)} {
    start_libcurl();
    multi.reset(curl_multi_init());
    easy.reset(curl_easy_init());
    if (!multi || !easy) throw std::bad_alloc{};
    configure();
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    check(curl_easy_setopt(easy.get(), option, value), "option");
  }

  void configure() {
    set(CURLOPT_NOSIGNAL, 1L);  // its time-outs work by signals otherwise, which threads cannot have
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, max_redirects);
    set(CURLOPT_ACCEPT_ENCODING, "gzip");
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(options.connect_timeout, options.timeout).count()));
    set(CURLOPT_LOW_SPEED_LIMIT, options.low_speed_limit);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.low_speed_time.count()));
    set(CURLOPT_QUICK_EXIT, 1L);  // ending does not wait for a name server that does not answer
    set(CURLOPT_ERRORBUFFER, error_text.data());
  }
};

/// One fetch in progress: what the callbacks fill, and why they stopped it.
class Fetcher::Transfer {
 public:
  Transfer(State& state, Fetched& result) : state_{state}, result_{result} {
    state_.error_text[0] = '\0';
    state_.set(CURLOPT_URL, result_.url.c_str());
    state_.set(CURLOPT_WRITEDATA, this);
    state_.set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    state_.set(CURLOPT_HEADERDATA, this);
    state_.set(CURLOPT_HEADERFUNCTION, &Transfer::take_header);
    state_.set(CURLOPT_XFERINFODATA, this);
    state_.set(CURLOPT_XFERINFOFUNCTION, &Transfer::progress);
    state_.set(CURLOPT_NOPROGRESS, 0L);
    check(curl_multi_add_handle(state_.multi.get(), state_.easy.get()));
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() { curl_multi_remove_handle(state_.multi.get(), state_.easy.get()); }

  void run(const std::stop_token& stop) {
    CURLM* multi = state_.multi.get();
    // curl_multi_wakeup is the one call that another thread may make
    const std::stop_callback wake{stop, [multi] { curl_multi_wakeup(multi); }};
    int running = 1;
    while (true) {
      if (stop.stop_requested()) {
        result_.cancelled = true;
        result_.error = "cancelled";
        return;
      }
      check(curl_multi_perform(multi, &running));
      if (running == 0) break;
      check(curl_multi_poll(multi, nullptr, 0, 1000, nullptr));
    }
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi, &left);
    if (message == nullptr) throw std::runtime_error("libcurl: the transfer ended without a result");
    finish(message->data.result);
  }

 private:
  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->append({data, size * count}) ? size * count : 0;
  }

  static std::size_t take_header(char* /*data*/, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.header_bytes_ += size * count;
    if (transfer.header_bytes_ <= max_header_bytes) return size * count;
    transfer.refuse("header larger than " + format_bytes(max_header_bytes));
    return 0;
  }

  /// The body of a redirect answer does not come to take_body, but may be endless as well.
  static int progress(void* self, curl_off_t /*total*/, curl_off_t received, curl_off_t /*up*/, curl_off_t /*sent*/) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (received <= static_cast<curl_off_t>(transfer.state_.options.max_bytes)) return 0;
    transfer.refuse_body();
    return 1;
  }

  /// Called by C code: no exception may leave it.
  bool append(std::string_view data) noexcept {
    const auto max_bytes = state_.options.max_bytes;
    try {
      if (result_.bytes + data.size() > max_bytes) {
        result_.bytes += data.size();
        refuse_body();
        return false;
      }
      result_.body += data;
      result_.bytes += data.size();
      return true;
    } catch (const std::bad_alloc&) {
      out_of_memory_ = true;
      return false;
    }
  }

  void refuse_body() { refuse("body larger than " + format_bytes(state_.options.max_bytes)); }
  void refuse(std::string reason) {
    if (refusal_.empty()) refusal_ = std::move(reason);
  }

  void finish(CURLcode code) {
    if (out_of_memory_) throw std::bad_alloc{};
    CURL* easy = state_.easy.get();
    long status = 0;
    const char* text = nullptr;
    if (curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK) result_.status = static_cast<int>(status);
    if (curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &text) == CURLE_OK && text != nullptr) {
      result_.content_type = clean_text(text, 200);
    }
    text = nullptr;
    if (curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &text) == CURLE_OK && text != nullptr) result_.final_url = text;
    if (!refusal_.empty()) {
      result_.error = refusal_;
    } else if (code != CURLE_OK) {
      result_.error = describe(code);
    }
  }

  std::string describe(CURLcode code) {
    const auto detail = clean_text(state_.error_text.data(), 300);
    switch (code) {
      case CURLE_TOO_MANY_REDIRECTS:
        return fmt::format("redirect loop: more than {} redirects", max_redirects);
      case CURLE_UNSUPPORTED_PROTOCOL:
        return "redirects to something that is neither http nor https";
      case CURLE_OPERATION_TIMEDOUT:
        return describe_timeout();
      case CURLE_COULDNT_RESOLVE_HOST:
        return "no such host";
      case CURLE_COULDNT_CONNECT:
        return describe_refusal();
      case CURLE_PARTIAL_FILE:
        return "connection closed before the end of the body";
      case CURLE_GOT_NOTHING:
        return "connection closed without an answer";
      default:
        return detail.empty() ? std::string{curl_easy_strerror(code)} : detail;
    }
  }

  /// libcurl's own text names no reason.
  std::string describe_refusal() {
    long code = 0;
    check(curl_easy_getinfo(state_.easy.get(), CURLINFO_OS_ERRNO, &code), "errno");
    return code == 0 ? "cannot connect"
                     : fmt::format("cannot connect: {}", std::generic_category().message(static_cast<int>(code)));
  }

  /// libcurl has one code for three time-outs. Which one it was follows from how far it got.
  std::string describe_timeout() {
    CURL* easy = state_.easy.get();
    curl_off_t total = 0;
    curl_off_t ready = 0;
    check(curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &total), "total time");
    check(curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready), "pretransfer time");
    const auto& options = state_.options;
    // libcurl's timers round: it may end a moment before the time that it was given.
    if (std::chrono::microseconds{total} + std::chrono::milliseconds{50} >= options.timeout) {
      return fmt::format("time-out: not complete within {}", limit_text(options.timeout));
    }
    if (ready == 0) {
      return fmt::format("time-out: no connection within {}", limit_text(std::min(options.connect_timeout, options.timeout)));
    }
    return fmt::format("time-out: slower than {}/s for {}", format_bytes(static_cast<std::uint64_t>(options.low_speed_limit)),
                       limit_text(options.low_speed_time));
  }

  State& state_;
  Fetched& result_;
  std::size_t header_bytes_ = 0;
  std::string refusal_;
  bool out_of_memory_ = false;
};

Fetcher::Fetcher(FetchOptions options) : state_{std::make_unique<State>(std::move(options))} {}
Fetcher::~Fetcher() = default;

Fetched Fetcher::fetch(const Url& url, std::stop_token stop) {
  Fetched result;
  result.url = url.text();
  result.final_url = url.text();
  const auto begin = std::chrono::steady_clock::now();
  Transfer{*state_, result}.run(stop);
  result.elapsed = std::chrono::steady_clock::now() - begin;
  if (!result.error.empty()) result.body.clear();
  return result;
}

}  // namespace tandem::crawl
