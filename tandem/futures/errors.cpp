#include "tandem/futures/errors.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "tandem/platform/signal_name.hpp"

namespace tandem::futures {
namespace {

std::string remote_text(const std::string& type_name, const std::string& text, const std::string& where) {
  std::string what = type_name;
  if (!text.empty()) what.append(": ").append(text);
  if (!where.empty()) what.append(" (").append(where).append(")");
  return what;
}

std::string crash_text(const std::string& task, int pid, std::optional<int> exit_code, std::optional<int> signal,
                       const std::string& ended_by) {
  const std::string worker = "worker " + std::to_string(pid);
  if (!ended_by.empty()) {
    std::string text = "task '" + task + "' was ended with " + worker + " by " + ended_by;
    if (signal) text.append(": ").append(platform::signal_name(*signal));
    return text;
  }
  if (signal) return "task '" + task + "' crashed " + worker + ": " + platform::signal_name(*signal);
  if (exit_code) return "task '" + task + "' ended " + worker + ": exit code " + std::to_string(*exit_code);
  return "task '" + task + "' was lost with " + worker + ", which ended in an unknown way";
}

/// "2 s", "1.5 s", "250 ms", "30 us": the largest unit of which there is at least one, with up to three decimals.
std::string in_words(std::chrono::nanoseconds time) {
  constexpr std::array<std::pair<double, const char*>, 4> units{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
  const auto count = static_cast<double>(time.count());
  std::size_t unit = 0;
  while (unit + 1 < units.size() && count < units[unit].first) ++unit;
  std::array<char, 64> number{};
  std::snprintf(number.data(), number.size(), "%.3f", count / units[unit].first);
  std::string text = number.data();
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " " + units[unit].second;
}

/// "512 MiB", "1000 bytes": the largest unit that the number is a multiple of.
std::string in_words(std::size_t bytes) {
  constexpr std::array<const char*, 4> units{"bytes", "KiB", "MiB", "GiB"};
  std::size_t unit = 0;
  for (; unit + 1 < units.size() && bytes != 0 && bytes % 1024 == 0; ++unit) bytes /= 1024;
  return std::to_string(bytes) + " " + units[unit];
}

}  // namespace

RemoteError::RemoteError(const std::string& type_name, const std::string& text, const std::string& where)
    : std::runtime_error{remote_text(type_name, text, where)},
      parts_{std::make_shared<const Parts>(Parts{type_name, text, where})} {}

WorkerCrashed::WorkerCrashed(const std::string& task, int pid, std::optional<int> exit_code, std::optional<int> signal,
                             const std::string& note, const std::string& ended_by)
    : std::runtime_error{crash_text(task, pid, exit_code, signal, ended_by) + (note.empty() ? "" : " (" + note + ")")},
      texts_{std::make_shared<const Texts>(Texts{task, note, ended_by})},
      pid_{pid},
      exit_code_{exit_code},
      signal_{signal} {}

TaskTimeout::TaskTimeout(const std::string& task, std::chrono::nanoseconds timeout)
    : std::runtime_error{"task '" + task + "' ran for longer than its time-out of " + in_words(timeout)},
      task_{std::make_shared<const std::string>(task)},
      timeout_{timeout} {}

TaskMemoryExceeded::TaskMemoryExceeded(const std::string& task, std::size_t limit)
    : task_{std::make_shared<const std::string>(task)},
      text_{std::make_shared<const std::string>("task '" + task + "' needs more than its memory limit of " + in_words(limit))},
      limit_{limit} {}

}  // namespace tandem::futures
