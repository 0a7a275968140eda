#include "apps/crawl/fetch_task.hpp"

#include <mutex>
#include <utility>

namespace tandem::crawl {
namespace {

/// Where the fetch ended, in normal form. A server can redirect to an address that libcurl can fetch and Url does not take.
Url final_url_of(const Fetched& fetched, const Url& asked) {
  if (fetched.final_url == asked.text()) return asked;
  return asked.resolve(fetched.final_url).value_or(asked);
}

const char* phrase(int status) {
  switch (status) {
    case 400:
      return " Bad Request";
    case 401:
      return " Unauthorized";
    case 403:
      return " Forbidden";
    case 404:
      return " Not Found";
    case 405:
      return " Method Not Allowed";
    case 406:
      return " Not Acceptable";
    case 408:
      return " Request Timeout";
    case 410:
      return " Gone";
    case 414:
      return " URI Too Long";
    case 429:
      return " Too Many Requests";
    case 431:
      return " Request Header Fields Too Large";
    case 451:
      return " Unavailable For Legal Reasons";
    case 500:
      return " Internal Server Error";
    case 501:
      return " Not Implemented";
    case 502:
      return " Bad Gateway";
    case 503:
      return " Service Unavailable";
    case 504:
      return " Gateway Timeout";
    default:
      return "";
  }
}

}  // namespace

std::string status_text(int status) { return "HTTP " + std::to_string(status) + phrase(status); }

/// A Fetcher for the time of one page: an idle one, or a new one. There are never more than pages are fetched at once.
class FetchTask::Lease {
 public:
  explicit Lease(FetchTask& owner) : owner_{owner} {
    {
      const std::scoped_lock hold{owner_.lock_};
      if (!owner_.idle_.empty()) {
        fetcher_ = std::move(owner_.idle_.back());
        owner_.idle_.pop_back();
      }
    }
    if (!fetcher_) fetcher_ = std::make_unique<Fetcher>(owner_.options_);
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    const std::scoped_lock hold{owner_.lock_};
    owner_.idle_.push_back(std::move(fetcher_));
  }
  Fetcher& operator*() const noexcept { return *fetcher_; }

 private:
  FetchTask& owner_;
  std::unique_ptr<Fetcher> fetcher_;
};

FetchTask::FetchTask(FetchOptions options) : options_{std::move(options)} {}
FetchTask::~FetchTask() = default;

PageResult FetchTask::operator()(const Url& url, const std::stop_token& stop) {
  PageResult result{.fetched = (*Lease{*this}).fetch(url, stop), .final_url = url, .html = {}, .error = {}};
  Fetched& fetched = result.fetched;
  result.final_url = final_url_of(fetched, url);
  result.error = fetched.error;
  if (result.error.empty() && fetched.status >= 400) result.error = status_text(fetched.status);
  if (!result.error.empty() || !is_html(fetched.content_type)) fetched.body = {};
  return result;
}

}  // namespace tandem::crawl
