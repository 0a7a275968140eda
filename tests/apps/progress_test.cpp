#include "apps/crawl/progress.hpp"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "apps/crawl/text.hpp"

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;
using Clock = Progress::Clock;

const Clock::time_point start{1h};

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

/// What a terminal shows of it: without colours.
std::string visible(std::string text) {
  for (auto at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) text.erase(at, text.find('m', at) - at + 1);
  return text;
}

TEST(BarText, ShowsEverythingWhereThereIsRoom) {
  EXPECT_EQ(bar_text("16 fetchers", {1234, 4390, 3}, 812.4, 3.2, 100, false),
            "16 fetchers [===========>                            ] 1,234/4,390  3 failed  812 pages/s  ETA 0:04");
}

TEST(BarText, IsFullAtTheEndAndEmptyAtTheBeginning) {
  EXPECT_EQ(bar_text("", {10, 10, 0}, 5, std::nullopt, 60, false), "[=============================] 10/10  0 failed  5.0 pages/s");
  EXPECT_EQ(bar_text("", {0, 0, 0}, 0, std::nullopt, 50, false), "[>                    ] 0/0  0 failed  0.0 pages/s");
}

TEST(BarText, NeverExceedsTheWidth) {
  for (int width = -1; width < 130; ++width) {
    for (const bool color : {false, true}) {
      const auto text = visible(bar_text("label", {123'456, 9'999'999, 77}, 1234, 98765, width, color));
      EXPECT_LE(columns(text), static_cast<std::size_t>(std::max(width, 0))) << text;
    }
  }
  EXPECT_EQ(bar_text("label", {5, 10, 1}, 2, 3, 8, false), "5/10") << "the most important stays";
}

TEST(BarText, ColoursOnlyWhenAsked) {
  EXPECT_EQ(bar_text("x", {5, 10, 1}, 2, 3, 80, false).find('\x1b'), std::string::npos);
  EXPECT_NE(bar_text("x", {5, 10, 1}, 2, 3, 80, true).find("\x1b[31m1 failed\x1b[0m"), std::string::npos);
  EXPECT_EQ(bar_text("x", {5, 10, 0}, 2, 3, 80, true).find("\x1b[31m"), std::string::npos) << "nothing failed";
}

TEST(LineText, ReadsLikeASentence) {
  EXPECT_EQ(line_text("", {1234, 4390, 3}, 812.4, 3.2), "1,234 of 4,390 pages, 3 failed, 812 pages/s, 0:04 left");
  EXPECT_EQ(line_text("1 fetcher", {1, 2, 0}, 0.5, std::nullopt), "1 fetcher: 1 of 2 pages, 0 failed, 0.5 pages/s");
}

TEST(Progress, BarIsRedrawnAtMostTenTimesASecond) {
  std::ostringstream out;
  Progress progress{out, {.style = Progress::Style::bar, .label = {}, .width = 80}, start};
  for (std::uint64_t ms = 0; ms < 1000; ++ms) progress.update({ms, 2000, 0}, start + std::chrono::milliseconds{ms});
  EXPECT_EQ(count(out.str(), "\r\x1b[K"), 10u);
  EXPECT_EQ(count(out.str(), "\n"), 0u);
}

TEST(Progress, BarIsRemovedAtTheEnd) {
  std::ostringstream out;
  {
    Progress progress{out, {.style = Progress::Style::bar, .label = {}, .width = 80}, start};
    progress.update({1, 2, 0}, start);
    progress.finish();
    EXPECT_TRUE(out.str().ends_with("\r\x1b[K"));
    out.str("");
  }
  EXPECT_EQ(out.str(), "") << "once";
}

TEST(Progress, BarLeavesTheLastColumnFree) {
  std::ostringstream out;
  Progress progress{out, {.style = Progress::Style::bar, .label = "l", .width = 40}, start};
  progress.update({1, 2, 0}, start);
  EXPECT_LE(columns(out.str().substr(4)), 39u);
}

TEST(Progress, LinesComeEveryFewSecondsAndEachIsWhole) {
  std::ostringstream out;
  Progress progress{out, {.style = Progress::Style::lines, .label = "go", .width = {}}, start};
  for (std::uint64_t s = 0; s <= 10; ++s) progress.update({s * 10, 200, 0}, start + std::chrono::seconds{s});
  progress.finish();
  EXPECT_EQ(out.str(),
            "go: 30 of 200 pages, 0 failed, 10 pages/s, 0:17 left\n"
            "go: 60 of 200 pages, 0 failed, 10 pages/s, 0:14 left\n"
            "go: 90 of 200 pages, 0 failed, 10 pages/s, 0:11 left\n");
}

TEST(Progress, NoneIsSilent) {
  std::ostringstream out;
  Progress progress{out, {.style = Progress::Style::none, .label = {}, .width = {}}, start};
  progress.update({1, 2, 0}, start + 1h);
  progress.finish();
  EXPECT_EQ(out.str(), "");
}

TEST(Progress, RateFollowsWhatHappensNow) {
  std::ostringstream out;
  Progress progress{out, {.style = Progress::Style::lines, .label = {}, .width = {}, .line_interval = 1000ms}, start};
  std::uint64_t done = 0;
  for (int s = 1; s <= 60; ++s) progress.update({done += 100, 100'000, 0}, start + std::chrono::seconds{s});
  for (int s = 61; s <= 75; ++s) progress.update({done, 100'000, 0}, start + std::chrono::seconds{s});
  const std::string text = out.str();
  EXPECT_NE(text.find("6,000 of 100,000 pages, 0 failed, 100 pages/s"), std::string::npos) << text;
  EXPECT_EQ(text.substr(text.rfind("failed")).find("failed, 0.1 pages/s"), 0u) << text;
}

}  // namespace
}  // namespace tandem::crawl
