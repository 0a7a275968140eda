#include "apps/crawl/parsers.hpp"

#include <new>
#include <utility>

#include <fmt/format.h>

#include "apps/crawl/quantity.hpp"
#include "apps/crawl/text.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/signal_name.hpp"

namespace tandem::crawl {
namespace {

std::string needs_more(const ParseOptions& options) { return "parsing needs more than " + format_bytes(options.max_memory); }

std::string describe(const futures::WorkerCrashed& crash, const ParseOptions& options) {
  if (crash.exit_code() == html_out_of_memory) return needs_more(options);
  if (crash.signal()) return "the parser crashed: " + platform::signal_name(*crash.signal());
  if (crash.exit_code()) return fmt::format("the parser ended itself: exit code {}", *crash.exit_code());
  return "the parser was lost";
}

}  // namespace

// What a dying parser says - gumbo's failed assertions go to stderr - is for nobody: how it ended is in the page's error, and the
// terminal has a progress bar.
Parsers::Parsers(const ParseOptions& options)
    : options_{options}, pool_{{.max_workers = options.parsers, .name = "parse", .initializer = {&platform::let_go_of_terminal}}} {}

futures::Future<HtmlPage> Parsers::submit(std::string html, const Url& url) {
  return pool_.with({.timeout = options_.timeout, .memory_limit = options_.max_memory, .name = url.text()})
      .submit(options_.function, std::move(html), url);
}

void Parsers::abandon() {
  pool_.shutdown(false, true);
  pool_.kill_workers();
}

std::string parse_failure(const std::exception_ptr& error, const ParseOptions& options) {
  try {
    std::rethrow_exception(error);
  } catch (const futures::BrokenProcessPool&) {
    throw;
  } catch (const futures::WorkerCrashed& crash) {
    return describe(crash, options);
  } catch (const futures::TaskTimeout&) {
    return fmt::format("parsing took longer than {:g} s", std::chrono::duration<double>(options.timeout).count());
  } catch (const std::bad_alloc&) {  // TaskMemoryExceeded is one
    return needs_more(options);
  } catch (const std::exception& failure) {
    return "the parser failed: " + clean_text(failure.what(), 300);
  }
}

}  // namespace tandem::crawl
