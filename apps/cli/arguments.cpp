#include "apps/cli/arguments.hpp"

#include <iostream>
#include <limits>
#include <stdexcept>

#include <CLI/CLI.hpp>

#include "apps/cli/exit_code.hpp"
#include "apps/crawl/quantity.hpp"
#include "apps/crawl/text.hpp"
#include "tandem/version.hpp"

namespace tandem::cli {
namespace {

constexpr int most_threads = 1024;
constexpr int most_processes = 1024;

/// Numbers in their plain form and nothing else: CLI11 itself would take "0x10", and "1e3" for a double.
template <class Number>
CLI::Validator number_between(Number least, Number most) {
  const std::string range = "a number from " + std::to_string(least) + " to " + std::to_string(most);
  return CLI::Validator{[=](const std::string& text) {
                          std::size_t used = 0;
                          try {
                            const auto value = std::stoll(text, &used);
                            if (used == text.size() && value >= least && value <= most) return std::string{};
                          } catch (const std::logic_error&) {  // no number, or too long a one: said below
                          }
                          return "'" + crawl::clean_text(text, 100) + "' is not " + range;
                        },
                        ""};
}

class Parser {
 public:
  Parser() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "tandem " + std::string{version});
    app_.get_formatter()->column_width(34);
    add_crawl();
    add_http();
    add_demo();
    app_.footer(
        "Examples:\n"
        "  tandem demo\n"
        "  tandem crawl --depth 2 http://127.0.0.1:8080/\n"
        "  tandem http serve public --bind 127.0.0.1:8080\n"
        "Each has a help of its own: tandem crawl --help");
  }

  Arguments parse(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& asked) {
      return Done{app_.exit(asked) == 0 ? exit_ok : exit_failure};
    } catch (const CLI::ParseError& error) {
      return refuse(error.what());
    }
    try {
      return chosen();
    } catch (const std::invalid_argument& error) {
      return refuse(error.what());
    }
  }

 private:
  void add_crawl() {
    crawl_ = app_.add_subcommand("crawl", "Fetch a site from its root and write down its pages, links and errors");
    crawl_->add_option("URL", urls_, "Where to begin: http://host/path")->required()->type_name("");
    crawl_->add_option("--db", crawl_arguments_.database, "SQLite file to add the crawl to")
        ->capture_default_str()
        ->type_name("FILE");
    crawl_->add_option("--depth", depth_, "Follow at most N links from a root (default: all)")
        ->check(number_between(0, std::numeric_limits<int>::max()))
        ->type_name("N");
    crawl_->add_option("--scope", scope_, "host: all of the root's host; prefix: what begins with the root's folder")
        ->check(CLI::IsMember({"host", "prefix"}).description(""))
        ->capture_default_str()
        ->type_name("host|prefix");
    crawl_->add_option("--fetchers", crawl_arguments_.fetchers, "Fetch with N threads")
        ->check(number_between(1, most_threads))
        ->capture_default_str()
        ->type_name("N");
    add_parsers(*crawl_, crawl_arguments_.parse.parsers);
    crawl_->add_option("--max-pages", max_pages_, "Fetch at most N pages (default: all)")
        ->check(number_between<long long>(1, std::numeric_limits<std::int64_t>::max()))
        ->type_name("N");
    crawl_->add_option("--max-bytes", max_bytes_, "Refuse larger pages, such as 64KiB, 16MiB")
        ->capture_default_str()
        ->type_name("SIZE");
    crawl_->add_option("--timeout", timeout_, "Give a page up after S seconds")
        ->check(number_between(1, 86'400))
        ->capture_default_str()
        ->type_name("S");
    crawl_->add_option("--parse-timeout", parse_timeout_, "Give a page up that takes S seconds to parse")
        ->check(number_between(1, 86'400))
        ->capture_default_str()
        ->type_name("S");
    crawl_->add_option("--parse-memory", parse_memory_, "Give a page up that needs more to be parsed")
        ->capture_default_str()
        ->type_name("SIZE");
    crawl_->add_flag("--quiet", crawl_arguments_.quiet, "Show no progress");
    crawl_->footer(
        "Example:\n  tandem crawl http://127.0.0.1:8080/docs/ --scope prefix --db docs.db\n"
        "Afterwards:\n  sqlite3 docs.db \"SELECT url, reason FROM errors\"");
  }

  static void add_parsers(CLI::App& app, int& parsers) {
    app.add_option("--parsers", parsers, "Parse with N processes (default: one for each processor)")
        ->check(number_between(1, most_processes))
        ->type_name("N");
  }

  void add_http() {
    http_ = app_.add_subcommand("http", "HTTP programs: serve");
    http_->require_subcommand(1);
    serve_ = http_->add_subcommand("serve", "Serve the files of a folder");
    serve_->add_option("DIR", serve_arguments_.folder, "The folder")->required()->type_name("");
    serve_->add_option("--bind", serve_arguments_.bind, "Listen here; port 0 lets the system choose one")
        ->capture_default_str()
        ->type_name("HOST:PORT");
    serve_->add_option("--workers", serve_arguments_.workers, "Answer with N threads (default: by the number of processors)")
        ->check(number_between(1, most_threads))
        ->type_name("N");
    serve_->add_flag("--quiet", serve_arguments_.quiet, "Write no access log to stderr");
    const std::string example = "Example:\n  tandem http serve public --bind 127.0.0.1:8080";
    http_->footer(example);
    serve_->footer(example);
  }

  void add_demo() {
    demo_ = app_.add_subcommand("demo", "Serve the C++ reference and crawl it, with 1 fetcher and 1 parser, and with many");
    demo_->add_option("--root", demo_arguments_.root, "Folder of the site (Debian: cppreference-doc-en-html)")
        ->capture_default_str()
        ->type_name("DIR");
    demo_->add_option("--fetchers", demo_arguments_.fetchers, "How many are many")
        ->check(number_between(2, most_threads))
        ->capture_default_str()
        ->type_name("N");
    add_parsers(*demo_, demo_arguments_.parsers);
    demo_->add_option("--db", demo_arguments_.database, "SQLite file to add the crawls to")
        ->capture_default_str()
        ->type_name("FILE");
    demo_->footer("Example:\n  tandem demo --fetchers 8");
  }

  Arguments chosen() {
    if (*serve_) return serve_arguments_;
    if (*demo_) return demo_arguments_;
    CrawlArguments& crawl = crawl_arguments_;
    for (const auto& url : urls_) crawl.roots.push_back(crawl::Url::parse(url));
    if (scope_ == "prefix") crawl.scope = crawl::Scope::Kind::prefix;
    if (*crawl_->get_option("--depth")) crawl.max_depth = depth_;
    if (*crawl_->get_option("--max-pages")) crawl.max_pages = max_pages_;
    crawl.max_bytes = checked_bytes("--max-bytes", max_bytes_);
    crawl.timeout = std::chrono::seconds{timeout_};
    crawl.parse.timeout = std::chrono::seconds{parse_timeout_};
    crawl.parse.max_memory = checked_bytes("--parse-memory", parse_memory_);
    return crawl;
  }

  static std::uint64_t checked_bytes(const std::string& option, const std::string& text) {
    const auto bytes = crawl::parse_bytes(text);
    if (bytes && *bytes > 0) return *bytes;
    throw std::invalid_argument(option + ": '" + crawl::clean_text(text, 100) + "' is not a size such as 65536, 64KiB or 16MiB");
  }

  /// "tandem crawl", "tandem http serve": what was being asked for.
  std::string name() const {
    for (const auto& [app, name] :
         {std::pair{serve_, "tandem http serve"}, {http_, "tandem http"}, {crawl_, "tandem crawl"}, {demo_, "tandem demo"}}) {
      if (*app) return name;
    }
    return "tandem";
  }

  Done refuse(const std::string& what) const {
    std::cerr << name() << ": " << crawl::clean_text(what, 500) << " (see " << name() << " --help)\n";
    return Done{exit_usage};
  }

  CLI::App app_{"tandem: Python's concurrency vocabulary for C++, and programs that show what it is good for", "tandem"};
  CLI::App* crawl_ = nullptr;
  CLI::App* http_ = nullptr;
  CLI::App* serve_ = nullptr;
  CLI::App* demo_ = nullptr;

  CrawlArguments crawl_arguments_;
  ServeArguments serve_arguments_;
  DemoArguments demo_arguments_;
  // as they are written, before they are checked
  std::vector<std::string> urls_;
  std::string scope_ = "host";
  std::string max_bytes_ = "16MiB";
  std::string parse_memory_ = "128MiB";
  int depth_ = 0;
  std::uint64_t max_pages_ = 0;
  int timeout_ = 30;
  int parse_timeout_ = 5;
};

}  // namespace

Arguments parse_arguments(int argc, char** argv) { return Parser{}.parse(argc, argv); }

}  // namespace tandem::cli
