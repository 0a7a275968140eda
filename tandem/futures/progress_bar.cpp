#include "tandem/futures/progress_bar.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string_view>
#include <utility>

#include "tandem/base/display.hpp"
#include "tandem/platform/terminal.hpp"

namespace tandem::futures {
namespace {

using base::columns;
using base::format_count;

constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view plain = "\x1b[0m";
constexpr std::string_view clear_line = "\r\x1b[K";

template <class... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), format, numbers...);
  return {text.data(), static_cast<std::size_t>(length)};
}

/// "9.5 pages/s", "812/s"
std::string rate_text(double rate, const std::string& unit) {
  std::string text = rate < 10 ? formatted("%.1f", rate) : format_count(static_cast<std::uint64_t>(std::llround(rate)));
  if (!unit.empty()) text.append(1, ' ').append(unit);
  return text.append("/s");
}

/// "0:04", "1:02:03"
std::string clock_text(double seconds) {
  const auto s = static_cast<long>(std::ceil(std::min(seconds, 359'999.0)));
  return s < 3600 ? formatted("%ld:%02ld", s / 60, s % 60) : formatted("%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
}

/// "1,234 of 4,390", or "1,234" if nobody knows of how many.
std::string share_text(const ProgressReport& report, const char* of) {
  const bool is_known = report.total != 0 || report.done == 0;
  return format_count(report.done) + (is_known ? of + format_count(report.total) : std::string{});
}

/// What a bar has to say in words, the most important first, up to what `room` columns do not hold.
std::string said_in(std::size_t room, const ProgressReport& report, const std::string& failed, const std::string& unit) {
  std::string said;
  for (const std::string& part : {share_text(report, "/"), failed, rate_text(report.rate, unit),
                                  report.eta ? "ETA " + clock_text(*report.eta) : std::string{}}) {
    if (part.empty()) continue;
    const std::string longer = said.empty() ? part : said + "  " + part;
    if (columns(longer) > room) break;
    said = longer;
  }
  return said;
}

/// "[====>    ] " of that many cells.
std::string cells_text(std::size_t cells, const ProgressReport& report, bool color) {
  const double part = report.total == 0 ? 0 : static_cast<double>(report.done) / static_cast<double>(report.total);
  const auto full = std::min(static_cast<std::size_t>(part * static_cast<double>(cells)), cells);
  std::string text{"["};
  if (color) text += green;
  text.append(full, '=').append(full < cells ? 1 : 0, '>').append(full < cells ? cells - full - 1 : 0, ' ');
  if (color) text += plain;
  return text += "] ";
}

}  // namespace

std::string line_text(const ProgressBar::Options& options, const ProgressReport& report) {
  std::string text = options.label.empty() ? std::string{} : options.label + ": ";
  text += share_text(report, " of ");
  if (!options.unit.empty()) text.append(1, ' ').append(options.unit);
  text += ", " + format_count(report.failed) + " failed, " + rate_text(report.rate, options.unit);
  if (report.eta) text += ", " + clock_text(*report.eta) + " left";
  return text;
}

std::string bar_text(const ProgressBar::Options& options, const ProgressReport& report, int width) {
  const auto room = static_cast<std::size_t>(std::max(width, 0));
  const std::string failed = format_count(report.failed) + " failed";
  std::string said = said_in(room, report, failed, options.unit);
  const std::size_t used = columns(said);
  const std::size_t name = options.label.empty() ? 0 : columns(options.label) + 1;
  constexpr std::size_t smallest_bar = 10;
  constexpr std::size_t largest_bar = 40;
  constexpr std::size_t frame = 3;  // "[", "]" and a space
  std::string text;
  if (name > 0 && used + name + smallest_bar + frame <= room) text += options.label + " ";
  const std::size_t before = columns(text);
  if (used + before + smallest_bar + frame <= room) {
    text += cells_text(std::min(room - used - before - frame, largest_bar), report, options.color);
  }
  const auto at = said.find(failed);
  if (options.color && report.failed > 0 && at != std::string::npos) {
    said.insert(at + failed.size(), plain).insert(at, red);
  }
  return text + said;
}

ProgressBar::Options ProgressBar::for_stderr() {
  Options options;
  if (!platform::is_terminal(options.fd)) return options;
  // https://no-color.org: set, and not empty
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view{terminal} == "dumb";
  options.style = dumb ? Style::lines : Style::bar;  // a dumb terminal cannot go back in its line
  options.color = no_color == nullptr || *no_color == '\0';
  return options;
}

ProgressBar::ProgressBar(std::ostream& out, Options options, Clock::time_point now)
    : out_{out}, options_{std::move(options)}, rate_{now}, next_{now} {
  if (options_.style == Style::lines) next_ = now + options_.line_interval;
  if (options_.style == Style::none) next_ = Clock::time_point::max();
}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::update(const ProgressReport& now_at, Clock::time_point now) {
  if (now < next_) return;
  const ProgressReport report = rate_.report(now_at.done, now_at.total, now_at.failed, now);
  if (options_.style == Style::lines) {
    next_ = now + options_.line_interval;
    out_ << line_text(options_, report) << std::endl;
    return;
  }
  next_ = now + options_.bar_interval;
  // One column is left free: some terminals break the line when the last one is written.
  const int width = options_.width.value_or(platform::terminal_width(options_.fd).value_or(80)) - 1;
  out_ << clear_line << bar_text(options_, report, width) << std::flush;
  drawn_ = true;
}

void ProgressBar::finish() {
  if (drawn_) out_ << clear_line << std::flush;
  drawn_ = false;
}

}  // namespace tandem::futures
