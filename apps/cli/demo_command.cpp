#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <stop_token>

#include <fmt/format.h>

#include "apps/cli/commands.hpp"
#include "apps/cli/exit_code.hpp"
#include "apps/cli/interrupt.hpp"
#include "apps/cli/output.hpp"
#include "apps/crawl/crawler.hpp"
#include "apps/crawl/quantity.hpp"
#include "tandem/http/server.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::cli {
namespace {

constexpr const char* start_page = "en/index.html";

std::string counted(int n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }
std::string hands(const crawl::Report& report) {
  return counted(report.fetchers, "fetcher") + ", " + counted(report.parsers, "parser");
}

/// The site, served by this process on a port of the kernel's choice until the object goes.
class LocalSite {
 public:
  explicit LocalSite(const std::string& folder) : web_{{.bind = "127.0.0.1:0"}} {
    web_.files("/", folder);
    thread_.name("web");
    thread_.start();
  }
  LocalSite(const LocalSite&) = delete;
  LocalSite& operator=(const LocalSite&) = delete;
  ~LocalSite() {
    web_.request_shutdown();
    thread_.join();
  }
  std::string url() const { return web_.url(); }

 private:
  http::Server web_;
  threading::Thread thread_{[this] { web_.run(); }};
};

/// With so many fetching threads and parsing processes; no parsers: one for each processor.
crawl::Report crawl_with(int fetchers, int parsers, const crawl::Url& root, const DemoArguments& arguments,
                         const std::stop_token& stop) {
  crawl::CrawlOptions options;
  options.roots = {root};
  options.database = arguments.database;
  options.fetchers = fetchers;
  options.parse.parsers = parsers;
  options.progress = futures::ProgressBar::for_stderr();
  options.progress.unit = "pages";
  options.progress.label = counted(fetchers, "fetcher");
  options.progress_out = &std::cerr;
  return crawl::Crawler{options}.run(stop);
}

std::string timing(const crawl::Report& report) {
  return fmt::format("{:<24}{:>7}  {:>6} pages/s\n", hands(report), crawl::format_duration(report.duration),
                     crawl::format_count(static_cast<std::uint64_t>(report.pages_per_second())));
}

/// The summary of the last crawl that ran, and how the two compare.
std::string summary(const crawl::Report& one, const crawl::Report& many) {
  const double times = std::chrono::duration<double>(one.duration) / std::chrono::duration<double>(many.duration);
  return to_text(many) + "\n" + timing(one) + timing(many) +
         fmt::format("{} took {}, {} took {}: {:.1f} times as fast\n", hands(one), crawl::format_duration(one.duration),
                     hands(many), crawl::format_duration(many.duration), times);
}

}  // namespace

int run_demo(const DemoArguments& arguments) {
  if (!std::filesystem::is_regular_file(std::filesystem::path{arguments.root} / start_page)) {
    throw std::runtime_error(
        fmt::format("there is no {} in '{}': install Debian's package cppreference-doc-en-html "
                    "(apt-get install cppreference-doc-en-html), or give its folder with --root",
                    start_page, arguments.root));
  }
  std::stop_source stop;
  int signal = 0;
  std::string result;
  {
    const Interrupt interrupt{[&] { stop.request_stop(); }};
    const LocalSite site{arguments.root};
    const auto root = crawl::Url::parse(site.url() + start_page);
    print(fmt::format("serving {} at {}, and crawling it\n", arguments.root, site.url()));
    const auto one = crawl_with(1, 1, root, arguments, stop.get_token());
    result = to_text(one);
    if (!stop.stop_requested()) {
      const auto many = crawl_with(arguments.fetchers, arguments.parsers, root, arguments, stop.get_token());
      result = stop.stop_requested() ? to_text(many) : summary(one, many);
    }
    signal = interrupt.signal();
  }
  print(result);
  if (signal != 0) platform::die_by_signal(signal);
  return exit_ok;
}

}  // namespace tandem::cli
