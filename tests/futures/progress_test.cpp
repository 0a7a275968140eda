#include "tandem/futures/progress.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/display.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using base::columns;
using Clock = ProgressBar::Clock;
using Style = ProgressBar::Style;

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
  EXPECT_EQ(bar_text({.label = "16 fetchers", .unit = "pages"}, {1234, 4390, 3, 812.4, 3.2}, 100),
            "16 fetchers [===========>                            ] 1,234/4,390  3 failed  812 pages/s  ETA 0:04");
}

TEST(BarText, IsFullAtTheEndAndEmptyAtTheBeginning) {
  EXPECT_EQ(bar_text({.unit = "pages"}, {10, 10, 0, 5}, 60), "[=============================] 10/10  0 failed  5.0 pages/s");
  EXPECT_EQ(bar_text({.unit = "pages"}, {}, 50), "[>                    ] 0/0  0 failed  0.0 pages/s");
}

TEST(BarText, NeverExceedsTheWidth) {
  for (int width = -1; width < 130; ++width) {
    for (const bool color : {false, true}) {
      const auto text = visible(bar_text({.color = color, .label = "label"}, {123'456, 9'999'999, 77, 1234, 98765}, width));
      EXPECT_LE(columns(text), static_cast<std::size_t>(std::max(width, 0))) << text;
    }
  }
  EXPECT_EQ(bar_text({.label = "label"}, {5, 10, 1, 2, 3}, 8), "5/10") << "the most important stays";
}

TEST(BarText, ColoursOnlyWhenAsked) {
  EXPECT_EQ(bar_text({.label = "x"}, {5, 10, 1, 2, 3}, 80).find('\x1b'), std::string::npos);
  EXPECT_NE(bar_text({.color = true, .label = "x"}, {5, 10, 1, 2, 3}, 80).find("\x1b[31m1 failed\x1b[0m"), std::string::npos);
  EXPECT_EQ(bar_text({.color = true, .label = "x"}, {5, 10, 0, 2, 3}, 80).find("\x1b[31m"), std::string::npos) << "nothing failed";
}

TEST(LineText, ReadsLikeASentence) {
  EXPECT_EQ(line_text({.unit = "pages"}, {1234, 4390, 3, 812.4, 3.2}), "1,234 of 4,390 pages, 3 failed, 812 pages/s, 0:04 left");
  EXPECT_EQ(line_text({}, {1, 0, 0, 2}), "1, 0 failed, 2.0/s") << "nobody knows of how many";
  EXPECT_EQ(line_text({.label = "1 fetcher", .unit = "pages"}, {1, 2, 0, 0.5}), "1 fetcher: 1 of 2 pages, 0 failed, 0.5 pages/s");
}

TEST(ProgressBar, BarIsRedrawnAtMostTenTimesASecond) {
  std::ostringstream out;
  ProgressBar progress{out, {.style = Style::bar, .unit = "pages", .width = 80}, start};
  for (std::uint64_t ms = 0; ms < 1000; ++ms) progress.update({ms, 2000, 0}, start + std::chrono::milliseconds{ms});
  EXPECT_EQ(count(out.str(), "\r\x1b[K"), 10u);
  EXPECT_EQ(count(out.str(), "\n"), 0u);
}

TEST(ProgressBar, BarIsRemovedAtTheEnd) {
  std::ostringstream out;
  {
    ProgressBar progress{out, {.style = Style::bar, .unit = "pages", .width = 80}, start};
    progress.update({1, 2, 0}, start);
    progress.finish();
    EXPECT_TRUE(out.str().ends_with("\r\x1b[K"));
    out.str("");
  }
  EXPECT_EQ(out.str(), "") << "once";
}

TEST(ProgressBar, BarLeavesTheLastColumnFree) {
  std::ostringstream out;
  ProgressBar progress{out, {.style = Style::bar, .label = "l", .width = 40}, start};
  progress.update({1, 2, 0}, start);
  EXPECT_LE(columns(out.str().substr(4)), 39u);
}

TEST(ProgressBar, LinesComeEveryFewSecondsAndEachIsWhole) {
  std::ostringstream out;
  ProgressBar progress{out, {.style = Style::lines, .label = "go", .unit = "pages", .width = {}}, start};
  for (std::uint64_t s = 0; s <= 10; ++s) progress.update({s * 10, 200, 0}, start + std::chrono::seconds{s});
  progress.finish();
  EXPECT_EQ(out.str(),
            "go: 30 of 200 pages, 0 failed, 10 pages/s, 0:17 left\n"
            "go: 60 of 200 pages, 0 failed, 10 pages/s, 0:14 left\n"
            "go: 90 of 200 pages, 0 failed, 10 pages/s, 0:11 left\n");
}

TEST(ProgressBar, NoneIsSilent) {
  std::ostringstream out;
  ProgressBar progress{out, {.style = Style::none, .unit = "pages", .width = {}}, start};
  progress.update({1, 2, 0}, start + 1h);
  progress.finish();
  EXPECT_EQ(out.str(), "");
}

TEST(ProgressBar, RateFollowsWhatHappensNow) {
  std::ostringstream out;
  ProgressBar progress{out, {.style = Style::lines, .unit = "pages", .width = {}, .line_interval = 1000ms}, start};
  std::uint64_t done = 0;
  for (int s = 1; s <= 60; ++s) progress.update({done += 100, 100'000, 0}, start + std::chrono::seconds{s});
  for (int s = 61; s <= 75; ++s) progress.update({done, 100'000, 0}, start + std::chrono::seconds{s});
  const std::string text = out.str();
  EXPECT_NE(text.find("6,000 of 100,000 pages, 0 failed, 100 pages/s"), std::string::npos) << text;
  EXPECT_EQ(text.substr(text.rfind("failed")).find("failed, 0.1 pages/s"), 0u) << text;
}

/// Keeps what it is told.
struct Told {
  std::vector<ProgressReport> reports = {};

  Progress::Hook hook() {
    return [this](const ProgressReport& report) { reports.push_back(report); };
  }
};

TEST(Progress, TellsAtTheEndHowFarItCame) {
  Told told;
  {
    Progress progress{told.hook(), 10, 1h};
    progress.done();
    progress.done(4, 2);
    progress.expect(5);
    EXPECT_EQ(told.reports.size(), 0U) << "not each hour more than once";
  }
  ASSERT_EQ(told.reports.size(), 1U);
  EXPECT_EQ(told.reports[0].done, 5U);
  EXPECT_EQ(told.reports[0].failed, 2U);
  EXPECT_EQ(told.reports[0].total, 15U);
  EXPECT_GT(told.reports[0].rate, 0);
  EXPECT_GT(told.reports[0].eta.value_or(0), 0);
}

TEST(Progress, TellsEachTimeIfAsked) {
  Told told;
  Progress progress{told.hook(), 3, 0ms};
  for (int i = 0; i < 3; ++i) progress.done();
  ASSERT_EQ(told.reports.size(), 3U);
  EXPECT_EQ(told.reports[2].done, 3U);
  EXPECT_FALSE(told.reports[2].eta) << "there is nothing left";
  EXPECT_EQ(progress.report().done, 3U);
}

TEST(Progress, FollowsARange) {
  Told told;
  ThreadPoolExecutor pool{2};
  Progress progress{told.hook(), 5, 0ms};
  int sum = 0;
  for (const int square : progress.over(pool.map([](int n) { return n * n; }, std::vector{1, 2, 3, 4, 5}))) {
    EXPECT_EQ(progress.report().done, static_cast<std::uint64_t>(square == 25   ? 4
                                                                 : square == 16 ? 3
                                                                 : square == 9  ? 2
                                                                                : square / 4));
    sum += square;
  }
  EXPECT_EQ(sum, 55);
  EXPECT_EQ(progress.report().done, 5U);
  std::vector<int> own{1, 2, 3};
  for (int& n : progress.over(own)) n = -n;
  EXPECT_EQ(own, (std::vector{-1, -2, -3})) << "elements are the range's own";
}

TEST(Progress, CountsFailedFuturesApart) {
  Told told;
  ThreadPoolExecutor pool{2};
  std::vector<Future<int>> all;
  {
    Progress followed{told.hook(), 0, 1h};
    for (int i = 0; i < 10; ++i) {
      all.push_back(followed.follow(pool.submit([](int n) { return n < 3 ? throw std::runtime_error{"no"} : n; }, i)));
    }
    wait(all);
    pool.shutdown();  // when it returns, all callbacks have been called
  }
  ASSERT_EQ(told.reports.size(), 1U);
  EXPECT_EQ(told.reports[0].total, 10U);
  EXPECT_EQ(told.reports[0].done, 10U);
  EXPECT_EQ(told.reports[0].failed, 3U);

  Progress walked{told.hook(), all.size()};
  int good = 0;
  for (const auto& future : walked.over(as_completed(all))) good += future.exception() == nullptr ? 1 : 0;
  EXPECT_EQ(good, 7);
  EXPECT_EQ(walked.report().failed, 3U);
}

TEST(Progress, MayBeFedByManyThreads) {
  Told told;
  Progress progress{told.hook(), 4000, 1ms};
  {
    std::vector<threading::Thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.push_back(threading::Thread::started([&] {
        for (int i = 0; i < 1000; ++i) progress.done();
      }));
    }
  }
  EXPECT_EQ(progress.report().done, 4000U);
  EXPECT_TRUE(std::ranges::is_sorted(told.reports, {}, &ProgressReport::done));
}

}  // namespace
}  // namespace tandem::futures
