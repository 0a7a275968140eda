#pragma once

#include "apps/cli/arguments.hpp"

namespace tandem::cli {

// Each runs one subcommand and gives the exit code. What they cannot do is thrown as std::exception, with a text for the user; a
// crawl that was interrupted ends the process by that signal.

int run_crawl(const CrawlArguments& arguments);
int run_serve(const ServeArguments& arguments);
int run_demo(const DemoArguments& arguments);

}  // namespace tandem::cli
