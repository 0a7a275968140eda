#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

namespace tandem::crawl {

/// How far a crawl is, for display.
struct Counts {
  std::uint64_t done = 0;    ///< fetched, well or not
  std::uint64_t found = 0;   ///< done, being fetched, or waiting to be
  std::uint64_t failed = 0;  ///< of those done
};

/// Shows how a crawl goes on: a bar that is redrawn in place, or lines below each other.
///
/// Nothing is written between begin and the first update(); finish() removes the bar, so that what is printed next begins at the
/// left. One thread at a time.
class Progress {
 public:
  enum class Style {
    none,   ///< silent
    lines,  ///< a line every few seconds: for log files and pipes
    bar     ///< one line, redrawn: for terminals
  };
  using Clock = std::chrono::steady_clock;

  struct Options {
    Style style = Style::lines;
    bool color = false;
    std::string label = {};                         ///< in front, where there is room
    std::optional<int> width = {};                  ///< of the terminal, in columns; asked of `fd` each time if not given
    int fd = 2;                                     ///< the terminal that `out` writes to
    std::chrono::milliseconds bar_interval{100};    ///< at least this long between two redrawn bars ...
    std::chrono::milliseconds line_interval{3000};  ///< ... and between two lines
  };

  /// For stderr as it is: a bar on a terminal, without colour if NO_COLOR is set or TERM is "dumb"; else lines.
  static Options for_stderr();

  /// `out` must outlive the object.
  Progress(std::ostream& out, Options options, Clock::time_point now = Clock::now());
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Removes a bar that still stands.
  ~Progress();

  /// Shows `counts`, unless something was shown a moment ago. Cheap enough to be called for each page.
  void update(const Counts& counts, Clock::time_point now = Clock::now());
  /// When the next update() would show something: a caller that has nothing else to do sleeps until then.
  Clock::time_point next_update() const noexcept { return next_; }
  /// Ends the display; may be called again.
  void finish();

 private:
  void measure(const Counts& counts, Clock::time_point now);

  std::ostream& out_;
  const Options options_;
  const Clock::time_point begin_;
  Clock::time_point next_;
  bool drawn_ = false;
  // pages per second: smoothed, so that neither a slow start nor a hiccup is remembered or believed for long
  double rate_ = 0;
  std::uint64_t last_done_ = 0;
  Clock::time_point last_time_;
};

/// What a bar shows: exactly `width` columns at most, with less detail the narrower it is. `eta` in seconds.
std::string bar_text(const std::string& label, const Counts& counts, double rate, std::optional<double> eta, int width, bool color);
/// What a line shows: "1,234 of 4,390 pages, 3 failed, 812 pages/s, 0:04 left".
std::string line_text(const std::string& label, const Counts& counts, double rate, std::optional<double> eta);

}  // namespace tandem::crawl
