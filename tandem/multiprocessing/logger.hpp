#pragma once

#include <cstdint>
#include <string_view>

namespace tandem::multiprocessing {

/// How much something matters, by Python's numbers.
enum class LogLevel : std::uint8_t { debug = 10, info = 20, warning = 30, error = 40, off = 255 };

/// What tandem has to say about the processes of this program, and what the program wants to say the same way: that one was
/// started, how it ended, who was sent a signal. Silent until log_to_stderr(). Python: the object that multiprocessing.get_logger()
/// gives.
///
/// A line is written at once and as a whole, whatever other threads and processes write: `[INFO/Process-1] process exiting with
/// exitcode 0`. New processes begin with the level of the one that made them. From any thread.
class Logger {
 public:
  LogLevel level() const noexcept;
  /// Says nothing of less importance. Python: setLevel.
  void level(LogLevel least) const noexcept;
  /// Whether something of that importance would be written; for what is dear to put into words.
  bool is_enabled_for(LogLevel level) const noexcept;

  void log(LogLevel level, std::string_view text) const noexcept;
  void debug(std::string_view text) const noexcept { log(LogLevel::debug, text); }
  void info(std::string_view text) const noexcept { log(LogLevel::info, text); }
  void warning(std::string_view text) const noexcept { log(LogLevel::warning, text); }
  void error(std::string_view text) const noexcept { log(LogLevel::error, text); }
};

Logger get_logger() noexcept;
/// From now on what is logged goes to stderr; the level is `least`. Python: log_to_stderr, whose level stays as it was if none is
/// given: there nothing below a warning.
Logger log_to_stderr(LogLevel least = LogLevel::warning) noexcept;

/// What a new process takes over.
struct LogSettings {
  LogLevel level = LogLevel::warning;
  bool to_stderr = false;
};
LogSettings log_settings() noexcept;
void adopt_log_settings(LogSettings settings) noexcept;

}  // namespace tandem::multiprocessing
