// What Progress{label} shows on stderr, if that is a terminal and if it is none.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tandem/base/display.hpp"
#include "tandem/futures/progress.hpp"
#include "tandem/platform/fd.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using platform::Fd;

constexpr const char* clear_line = "\r\x1b[K";

/// Stderr goes where `to` says, as long as it lives.
class Stderr {
 public:
  explicit Stderr(const Fd& to) : before_{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)} { ::dup2(to.get(), STDERR_FILENO); }
  ~Stderr() { ::dup2(before_.get(), STDERR_FILENO); }
  Stderr(const Stderr&) = delete;
  Stderr& operator=(const Stderr&) = delete;

 private:
  const Fd before_;
};

/// An environment variable has this value, or none, as long as it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_{name} {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~Variable() { set(before_ ? before_->c_str() : nullptr); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const char* value) const {
    if (value != nullptr) {
      ::setenv(name_, value, 1);
    } else {
      ::unsetenv(name_);
    }
  }

  const char* const name_;
  std::optional<std::string> before_;
};

/// Two ends: what is written to the one is read from the other.
struct Ends {
  Fd reading;
  Fd writing;
};

Ends terminal(unsigned short columns) {
  Fd screen{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
  std::array<char, 64> name{};
  if (::grantpt(screen.get()) != 0 || ::unlockpt(screen.get()) != 0 || ::ptsname_r(screen.get(), name.data(), name.size()) != 0) {
    throw std::runtime_error{"no terminal"};
  }
  Fd program{::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
  const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  if (::ioctl(program.get(), TIOCSWINSZ, &size) != 0) throw std::runtime_error{"no size"};
  return {std::move(screen), std::move(program)};
}

Ends pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe2"};
  return {Fd{ends[0]}, Fd{ends[1]}};
}

/// All that was written, once nobody else writes.
std::string read_all(Ends ends) {
  ends.writing.reset();
  std::string all;
  std::array<char, 4096> some{};
  // A terminal without a program ends with EIO.
  while (const ssize_t n = std::max<ssize_t>(::read(ends.reading.get(), some.data(), some.size()), 0)) {
    all.append(some.data(), static_cast<std::size_t>(n));
  }
  return all;
}

TEST(ProgressOnStderr, IsABarOnATerminalAndGoesAtTheEnd) {
  Ends ends = terminal(70);
  const Variable kind{"TERM", "xterm"};
  const Variable plain{"NO_COLOR", "1"};
  {
    const Stderr here{ends.writing};
    Progress progress{"parsing", 4};
    progress.done(2, 1);
    progress.done();  // a moment after: not drawn again
  }
  const std::string shown = read_all(std::move(ends));
  ASSERT_TRUE(shown.starts_with(std::string{clear_line} + "parsing [")) << testing::PrintToString(shown);
  EXPECT_TRUE(shown.ends_with(clear_line)) << testing::PrintToString(shown);
  EXPECT_NE(shown.find("] 2/4  1 failed  "), std::string::npos) << testing::PrintToString(shown);
  EXPECT_EQ(shown.find('\n'), std::string::npos) << "one line";
  EXPECT_EQ(shown.find("\x1b[3"), std::string::npos) << "no colours";
  EXPECT_LE(base::columns(shown.substr(4, shown.find(clear_line, 4) - 4)), 69U) << "and as wide as the terminal";
}

TEST(ProgressOnStderr, HasColoursUnlessToldOtherwise) {
  Ends ends = terminal(70);
  const Variable kind{"TERM", "xterm"};
  const Variable plain{"NO_COLOR", nullptr};
  {
    const Stderr here{ends.writing};
    Progress progress{"parsing", 4};
    progress.done(2, 1);
  }
  EXPECT_NE(read_all(std::move(ends)).find("\x1b[31m1 failed\x1b[0m"), std::string::npos);
}

TEST(ProgressOnStderr, IsLinesOnATerminalThatCannotGoBack) {
  const Ends ends = terminal(70);
  for (const char* kind : std::array<const char*, 2>{"dumb", nullptr}) {
    const Variable dumb{"TERM", kind};
    const Stderr here{ends.writing};
    EXPECT_EQ(ProgressBar::for_stderr().style, ProgressBar::Style::lines);
  }
}

TEST(ProgressOnStderr, IsLinesWhereThereIsNoTerminal) {
  Ends ends = pipe();
  const Variable kind{"TERM", "xterm"};
  {
    const Stderr here{ends.writing};
    Progress progress{"parsing", 4};
    progress.done(2, 1);
    EXPECT_TRUE(test::eventually([&] {
      progress.done(0);
      pollfd readable{.fd = ends.reading.get(), .events = POLLIN, .revents = 0};
      return ::poll(&readable, 1, 0) == 1;
    })) << "every three seconds";
  }
  const std::string shown = read_all(std::move(ends));
  EXPECT_TRUE(shown.starts_with("parsing: 2 of 4, 1 failed, ")) << shown;
  EXPECT_EQ(shown.find('\x1b'), std::string::npos) << "and nothing is taken back at the end";
}

}  // namespace
}  // namespace tandem::futures
