#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "apps/crawl/parsers.hpp"
#include "apps/crawl/url.hpp"

namespace tandem::cli {

/// `tandem crawl`
struct CrawlArguments {
  std::vector<crawl::Url> roots;
  std::string database = "crawl.db";
  std::optional<int> max_depth;
  crawl::Scope::Kind scope = crawl::Scope::Kind::host;
  int fetchers = 16;
  std::optional<std::uint64_t> max_pages;
  std::uint64_t max_bytes = 16 * 1024 * 1024;
  std::chrono::milliseconds timeout{30'000};
  crawl::ParseOptions parse;
  bool quiet = false;
};

/// `tandem http serve`
struct ServeArguments {
  std::string folder;
  std::string bind = "127.0.0.1:8080";
  int workers = 0;  ///< 0: as many as the server finds right
  bool quiet = false;
};

/// `tandem demo`
struct DemoArguments {
  std::string root = "/usr/share/cppreference/doc/html";
  std::string database = "crawl.db";
  int fetchers = 16;
  int parsers = 0;  ///< 0: one for each processor
};

/// There is nothing to run: help was asked for, or the arguments make no sense.
struct Done {
  int exit_code;
};

using Arguments = std::variant<CrawlArguments, ServeArguments, DemoArguments, Done>;

/// What the user wants. Help and version go to stdout, what is wrong to stderr in one line.
Arguments parse_arguments(int argc, char** argv);

}  // namespace tandem::cli
