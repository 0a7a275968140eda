#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>

#include "tandem/futures/progress_report.hpp"

namespace tandem::futures {

/// Shows people how work goes on: a bar that is redrawn in place, or lines below each other. Progress feeds it; who counts for
/// himself calls update().
///
/// Nothing is written between begin and the first update(); finish() removes the bar, so that what is printed next begins at the
/// left. One thread at a time.
class ProgressBar {
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
    std::string unit = {};                          ///< what is counted, in the plural: "pages"
    std::optional<int> width = {};                  ///< of the terminal, in columns; asked of `fd` each time if not given
    int fd = 2;                                     ///< the terminal that `out` writes to
    std::chrono::milliseconds bar_interval{100};    ///< at least this long between two redrawn bars ...
    std::chrono::milliseconds line_interval{3000};  ///< ... and between two lines
  };

  /// For stderr as it is: a bar on a terminal, without colour if NO_COLOR is set or TERM is "dumb"; else lines.
  static Options for_stderr();

  /// `out` must outlive the object.
  ProgressBar(std::ostream& out, Options options, Clock::time_point now = Clock::now());
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// Removes a bar that still stands.
  ~ProgressBar();

  /// Shows how far it is (rate and eta are found out here), unless something was shown a moment ago. Cheap enough to be called for
  /// each item.
  void update(const ProgressReport& now_at, Clock::time_point now = Clock::now());
  /// When the next update() would show something: a caller that has nothing else to do sleeps until then.
  Clock::time_point next_update() const noexcept { return next_; }
  /// Ends the display; may be called again.
  void finish();

 private:
  std::ostream& out_;
  const Options options_;
  ProgressRate rate_;
  Clock::time_point next_;
  bool drawn_ = false;
};

/// What a bar shows: exactly `width` columns at most, with less detail the narrower it is.
std::string bar_text(const ProgressBar::Options& options, const ProgressReport& report, int width);
/// What a line shows: "1,234 of 4,390 pages, 3 failed, 812 pages/s, 0:04 left".
std::string line_text(const ProgressBar::Options& options, const ProgressReport& report);

}  // namespace tandem::futures
