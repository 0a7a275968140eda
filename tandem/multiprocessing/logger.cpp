#include "tandem/multiprocessing/logger.hpp"

#include <exception>
#include <string>

#include "tandem/base/atomics.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/platform/self_image.hpp"

namespace tandem::multiprocessing {
namespace {

// Relaxed: each is by itself.
constinit base::Atomic<LogLevel> least_level{LogLevel::warning};
constinit base::Atomic<bool> goes_to_stderr{false};

const char* name_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "DEBUG";
    case LogLevel::info:
      return "INFO";
    case LogLevel::warning:
      return "WARNING";
    case LogLevel::error:
    case LogLevel::off:
      return "ERROR";
  }
  return "?";
}

}  // namespace

LogLevel Logger::level() const noexcept { return least_level.load(std::memory_order_relaxed); }
void Logger::level(LogLevel least) const noexcept { least_level.store(least, std::memory_order_relaxed); }

bool Logger::is_enabled_for(LogLevel level) const noexcept {
  return goes_to_stderr.load(std::memory_order_relaxed) && level >= least_level.load(std::memory_order_relaxed);
}

void Logger::log(LogLevel level, std::string_view text) const noexcept {
  if (!is_enabled_for(level)) return;
  try {
    std::string line{name_of(level)};
    line.insert(0, 1, '[').append("/").append(current_process().name()).append("] ").append(text).append("\n");
    platform::write_to_stderr(line.c_str());
  } catch (const std::exception& reason) {  // no memory: so much can be said without
    platform::write_to_stderr(reason.what());
  }
}

Logger get_logger() noexcept { return {}; }

Logger log_to_stderr(LogLevel least) noexcept {
  adopt_log_settings({least, true});
  return {};
}

LogSettings log_settings() noexcept { return {get_logger().level(), goes_to_stderr.load(std::memory_order_relaxed)}; }

void adopt_log_settings(LogSettings settings) noexcept {
  get_logger().level(settings.level);
  goes_to_stderr.store(settings.to_stderr, std::memory_order_relaxed);
}

}  // namespace tandem::multiprocessing
