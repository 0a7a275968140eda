#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include "apps/crawl/html.hpp"
#include "apps/crawl/url.hpp"
#include "tandem/futures/future.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"

namespace tandem::crawl {

struct ParseOptions {
  int parsers = 0;                             ///< processes; 0: one for each processor
  std::chrono::milliseconds timeout{5000};     ///< for one page, on the clock; a page of 16 MiB takes some 3 s
  std::size_t max_memory = 128 * 1024 * 1024;  ///< for one page, in bytes; the page itself counts
  /// What the processes do with a page. It may crash, never end, or take any memory.
  HtmlPage (*function)(std::string_view html, const Url& url) = &read_html;
};

/// The processes that parse: `ps -o args` shows "tandem: parse 2/4". A page that its parser does not survive, or that takes too
/// much, costs that process and nothing else; a new one takes its place.
class Parsers {
 public:
  /// Throws as ProcessPoolExecutor does.
  explicit Parsers(const ParseOptions& options);

  /// The future fails for a poisoned page.
  futures::Future<HtmlPage> submit(std::string html, const Url& url);

  /// Ends all that is being parsed and drops what waits for it; nothing can be submitted any more.
  void abandon();

  int size() const noexcept { return pool_.max_workers(); }

 private:
  const ParseOptions options_;
  futures::ProcessPoolExecutor pool_;
};

/// Why a page could not be parsed, in one line: "the parser crashed: SIGSEGV", "parsing took longer than 2 s". Throws `error` if it
/// is no page's fault: there are no processes to be had.
std::string parse_failure(const std::exception_ptr& error, const ParseOptions& options);

}  // namespace tandem::crawl
