#include <chrono>
#include <cstdio>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "apps/cli/commands.hpp"
#include "apps/cli/exit_code.hpp"
#include "apps/cli/interrupt.hpp"
#include "apps/cli/output.hpp"
#include "apps/crawl/text.hpp"
#include "tandem/http/server.hpp"

namespace tandem::cli {
namespace {

/// One line, in one write, so that those of several threads do not mix.
void log_access(const http::AccessRecord& record) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto line = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {} \"{} {}\" {} {} {:.1f} ms\n", fmt::gmtime(now), record.peer,
                                crawl::clean_text(record.method, 20), crawl::clean_text(record.target, 1000), record.status,
                                record.bytes, std::chrono::duration<double, std::milli>(record.duration).count());
  // A log that cannot be written, as its reader went away, must not stop the server.
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

int run_serve(const ServeArguments& arguments) {
  http::Options options;
  options.bind = arguments.bind;
  options.workers = arguments.workers;
  if (!arguments.quiet) options.access_log = &log_access;
  http::Server web{options};
  web.files("/", arguments.folder);
  const Interrupt interrupt{[&] { web.request_shutdown(); }};
  // It listens since it was made: who reads this line can connect.
  print(fmt::format("serving {} at {}\n", arguments.folder, web.url()));
  web.run();
  return exit_ok;
}

}  // namespace tandem::cli
