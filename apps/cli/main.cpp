#include <exception>
#include <iostream>
#include <string_view>
#include <variant>

#include "apps/cli/arguments.hpp"
#include "apps/cli/commands.hpp"
#include "apps/cli/exit_code.hpp"
#include "apps/cli/interrupt.hpp"
#include "tandem/multiprocessing/init.hpp"
#include "tandem/platform/signals.hpp"

namespace tandem::cli {
namespace {

template <class Command>
int guarded(std::string_view name, Command command) {
  try {
    return command();
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return exit_failure;
  }
}

struct Run {
  int operator()(const CrawlArguments& arguments) const {
    return guarded("tandem crawl", [&] { return run_crawl(arguments); });
  }
  int operator()(const ServeArguments& arguments) const {
    return guarded("tandem http serve", [&] { return run_serve(arguments); });
  }
  int operator()(const DemoArguments& arguments) const {
    return guarded("tandem demo", [&] { return run_demo(arguments); });
  }
  int operator()(Done done) const { return done.exit_code; }
};

}  // namespace
}  // namespace tandem::cli

int main(int argc, char** argv) {
  return tandem::cli::guarded("tandem", [&] {
    tandem::init(argc, argv);
    tandem::cli::Interrupt::block();  // before there is any other thread
    tandem::platform::ignore_broken_pipes();
    return std::visit(tandem::cli::Run{}, tandem::cli::parse_arguments(argc, argv));
  });
}
