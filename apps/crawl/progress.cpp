#include "apps/crawl/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ostream>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/crawl/quantity.hpp"
#include "apps/crawl/text.hpp"
#include "tandem/platform/terminal.hpp"

namespace tandem::crawl {
namespace {

constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view plain = "\x1b[0m";
constexpr std::string_view clear_line = "\r\x1b[K";

std::string rate_text(double rate) {
  return rate < 10 ? fmt::format("{:.1f} pages/s", rate)
                   : fmt::format("{} pages/s", format_count(static_cast<std::uint64_t>(std::llround(rate))));
}

/// "0:04", "1:02:03"
std::string clock_text(double seconds) {
  const auto s = static_cast<std::int64_t>(std::ceil(std::min(seconds, 359'999.0)));
  if (s < 3600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::optional<double> seconds_left(const Counts& counts, double rate) {
  if (rate <= 0 || counts.done >= counts.found) return std::nullopt;
  return static_cast<double>(counts.found - counts.done) / rate;
}

}  // namespace

std::string line_text(const std::string& label, const Counts& counts, double rate, std::optional<double> eta) {
  std::string text = label.empty() ? "" : label + ": ";
  text += fmt::format("{} of {} pages, {} failed, {}", format_count(counts.done), format_count(counts.found),
                      format_count(counts.failed), rate_text(rate));
  if (eta) text += fmt::format(", {} left", clock_text(*eta));
  return text;
}

std::string bar_text(const std::string& label, const Counts& counts, double rate, std::optional<double> eta, int width,
                     bool color) {
  const auto room = static_cast<std::size_t>(std::max(width, 0));
  // What to say, the most important first; what does not fit is left out.
  const std::string failed = fmt::format("{} failed", format_count(counts.failed));
  const std::vector<std::string> parts{fmt::format("{}/{}", format_count(counts.done), format_count(counts.found)), failed,
                                       rate_text(rate), eta ? "ETA " + clock_text(*eta) : std::string{}};
  std::string said;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    const std::string longer = said.empty() ? part : said + "  " + part;
    if (columns(longer) > room) break;
    said = longer;
  }
  const std::size_t used = columns(said);
  const std::size_t name = label.empty() ? 0 : columns(label) + 1;
  constexpr std::size_t smallest_bar = 10;
  constexpr std::size_t largest_bar = 40;
  constexpr std::size_t frame = 3;  // "[", "]" and a space
  std::string text;
  if (name > 0 && used + name + smallest_bar + frame <= room) text += label + " ";
  const std::size_t before = columns(text);
  if (used + before + smallest_bar + frame <= room) {
    const std::size_t cells = std::min(room - used - before - frame, largest_bar);
    const double part = counts.found == 0 ? 0 : static_cast<double>(counts.done) / static_cast<double>(counts.found);
    const auto full = std::min(static_cast<std::size_t>(part * static_cast<double>(cells)), cells);
    text += '[';
    if (color) text += green;
    text.append(full, '=').append(full < cells ? 1 : 0, '>').append(full < cells ? cells - full - 1 : 0, ' ');
    if (color) text += plain;
    text += "] ";
  }
  const auto at = said.find(failed);
  if (color && counts.failed > 0 && at != std::string::npos) {
    said.insert(at + failed.size(), plain).insert(at, red);
  }
  return text + said;
}

Progress::Options Progress::for_stderr() {
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

Progress::Progress(std::ostream& out, Options options, Clock::time_point now)
    : out_{out}, options_{std::move(options)}, begin_{now}, next_{now}, last_time_{now} {
  if (options_.style == Style::lines) next_ = now + options_.line_interval;
  if (options_.style == Style::none) next_ = Clock::time_point::max();
}

Progress::~Progress() { finish(); }

void Progress::measure(const Counts& counts, Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - last_time_).count();
  if (seconds <= 0) return;
  const double current = static_cast<double>(counts.done - last_done_) / seconds;
  // An average that forgets within some two seconds, but is the plain average while there are none yet.
  const double age = std::chrono::duration<double>(now - begin_).count();
  const double weight = std::max(1 - std::exp(-seconds / 2), seconds / age);
  rate_ += weight * (current - rate_);
  last_done_ = counts.done;
  last_time_ = now;
}

void Progress::update(const Counts& counts, Clock::time_point now) {
  if (now < next_) return;
  measure(counts, now);
  const auto eta = seconds_left(counts, rate_);
  if (options_.style == Style::lines) {
    next_ = now + options_.line_interval;
    out_ << line_text(options_.label, counts, rate_, eta) << std::endl;
    return;
  }
  next_ = now + options_.bar_interval;
  // One column is left free: some terminals break the line when the last one is written.
  const int width = options_.width.value_or(platform::terminal_width(options_.fd).value_or(80)) - 1;
  out_ << clear_line << bar_text(options_.label, counts, rate_, eta, width, options_.color) << std::flush;
  drawn_ = true;
}

void Progress::finish() {
  if (drawn_) out_ << clear_line << std::flush;
  drawn_ = false;
}

}  // namespace tandem::crawl
