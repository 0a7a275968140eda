#include <iostream>
#include <stdexcept>
#include <stop_token>

#include "apps/cli/commands.hpp"
#include "apps/cli/exit_code.hpp"
#include "apps/cli/interrupt.hpp"
#include "apps/cli/output.hpp"
#include "apps/crawl/crawler.hpp"

namespace tandem::cli {

int run_crawl(const CrawlArguments& arguments) {
  crawl::CrawlOptions options;
  options.roots = arguments.roots;
  options.database = arguments.database;
  options.scope = arguments.scope;
  options.fetchers = arguments.fetchers;
  options.max_depth = arguments.max_depth;
  options.max_pages = arguments.max_pages;
  options.fetch.max_bytes = arguments.max_bytes;
  options.fetch.timeout = arguments.timeout;
  options.parse = arguments.parse;
  if (!arguments.quiet) {
    options.progress = futures::ProgressBar::for_stderr();
    options.progress.unit = "pages";
    options.progress_out = &std::cerr;
  }

  std::stop_source stop;
  int signal = 0;
  crawl::Report report;
  {
    const Interrupt interrupt{[&] { stop.request_stop(); }};
    report = crawl::Crawler{options}.run(stop.get_token());
    signal = interrupt.signal();
  }
  const bool nothing = report.roots_fetched == 0 && !report.root_error.empty();
  if (nothing && signal == 0) throw std::runtime_error("cannot fetch " + report.root_error);
  print(to_text(report));
  if (signal != 0) platform::die_by_signal(signal);
  return exit_ok;
}

}  // namespace tandem::cli
