// Whether the harness finds what it is for: an operation that is unsafe to die in, and nothing where there is none.

#include "tests/support/stepping.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/process_id.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

/// Two words that all processes share, equal whenever nobody is about to change them.
class Stepping : public ::testing::Test {
 protected:
  struct Words {
    base::Atomic<std::uint64_t> one, other;
    std::array<char, 2000> text;
  };

  Watch watch() {
    return [this] {
      return [this, seen = contents()]() mutable {
        const std::string before = std::exchange(seen, contents());
        return before != seen;
      };
    };
  }
  void set_up() {
    words_.one = 0;
    words_.other = 0;
    words_.text.fill('a');
  }
  Operation torn() {
    return {[this] {
      words_.one.store(1);
      words_.other.store(1);
    }};
  }
  Trace trace(const Operation& operation) {
    operation.run();  // what a process does only once
    set_up();
    return Trace::of(operation, watch());
  }
  /// The points of those at which a death leaves it torn.
  std::vector<std::size_t> torn_at(const Trace& trace, const std::vector<std::size_t>& points, const Operation& operation) {
    std::vector<std::size_t> found;
    for (const std::size_t point : points) {
      set_up();
      EXPECT_TRUE(trace.dies_at(point, operation));
      if (words_.one != words_.other) found.push_back(point);
    }
    return found;
  }

 private:
  std::string contents() const { return {reinterpret_cast<const char*>(memory_.data()), memory_.size()}; }

  const platform::Fd file_ = platform::make_memfd("test", 4096);
  const platform::Mapping memory_{file_, platform::Mapping::Access::read_write};

 protected:
  Words& words_ = *reinterpret_cast<Words*>(memory_.data());
};

// The two changes are seen, and between them, and nowhere else, all is torn.
TEST_F(Stepping, FindsWhatIsTornBetweenTwoStores) {
  const Trace trace = this->trace(torn());
  std::vector<std::size_t> changes;
  for (std::size_t point = 0; point < trace.size(); ++point) {
    if (trace.points()[point].has_changed) changes.push_back(point);
  }
  ASSERT_EQ(changes.size(), 2U);
  std::vector<std::size_t> between;
  for (std::size_t point = changes[0]; point < changes[1]; ++point) between.push_back(point);
  EXPECT_EQ(torn_at(trace, trace.all(), torn()), between);
  // Those that matter suffice to find it.
  const std::set<std::size_t> found = [&] {
    const auto points = torn_at(trace, trace.that_matter(), torn());
    return std::set(points.begin(), points.end());
  }();
  EXPECT_EQ(found, std::set({between.front(), between.back()}));
}

TEST_F(Stepping, FindsNothingInOneStore) {
  const Operation whole{[this] { words_.text[0] = 'b'; }};
  const Trace trace = this->trace(whole);
  EXPECT_EQ(trace.changes(), 1U);
  EXPECT_EQ(torn_at(trace, trace.all(), whole), std::vector<std::size_t>{});
}

TEST_F(Stepping, FailsTheTestOfSuchAnOperation) {
  ::testing::TestPartResultArray results;
  {
    const ::testing::ScopedFakeTestPartResultReporter instead_of_failing{&results};
    kill_everywhere({.before = [this] { set_up(); },
                     .operation = torn(),
                     .after = [this](bool) { EXPECT_EQ(words_.one.load(), words_.other.load()) << "torn"; },
                     .watch = watch()});
  }
  ASSERT_GT(results.size(), 0);
  for (int i = 0; i < results.size(); ++i) {
    EXPECT_NE(std::string_view{results.GetTestPartResult(i).message()}.find("torn"), std::string_view::npos);
  }
}

TEST_F(Stepping, FailsTheTestOfAnOperationThatDoesNothing) {
  const auto step = [this] { kill_everywhere({.operation = {[] {}}, .after = [](bool) {}, .watch = watch()}); };
  EXPECT_NONFATAL_FAILURE(step(), "it has changed nothing");
}

TEST_F(Stepping, FailsTheTestOfAnOperationThatWakesNobody) {
  const auto step = [this] {
    kill_everywhere(
        {.before = [this] { set_up(); }, .operation = torn(), .after = [](bool) {}, .watch = watch(), .wakes_somebody = true});
  };
  EXPECT_NONFATAL_FAILURE(step(), "nobody was woken");
}

// Each time around is a place of its own, however it is reached.
TEST_F(Stepping, CountsTheTimesAround) {
  const Operation count{[this] {
    for (int i = 0; i < 300; ++i) words_.one.store(words_.one.load() + 1);
  }};
  const Trace trace = this->trace(count);
  EXPECT_EQ(trace.changes(), 300U);
  std::vector<std::size_t> points;
  std::uint64_t expected = 0;
  for (std::size_t point = 0; point < trace.size(); ++point) {
    expected += trace.points()[point].has_changed ? 1 : 0;
    if (point % 37 != 0) continue;
    set_up();
    ASSERT_TRUE(trace.dies_at(point, count));
    ASSERT_EQ(words_.one.load(), expected) << "at point " << point;
  }
}

// One instruction copies all of it, and is interrupted in the midst of it.
TEST_F(Stepping, StopsInTheMidstOfACopyingInstruction) {
  const Operation copy{[this] {
    const char* from = "xyz";
    char* to = words_.text.data();
    std::size_t count = 3;
    asm volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(count) : : "memory");
  }};
  const Trace trace = this->trace(copy);
  std::set<std::string> seen;
  for (const std::size_t point : trace.all()) {
    set_up();
    ASSERT_TRUE(trace.dies_at(point, copy));
    seen.insert(std::string{words_.text.data(), 4});
  }
  EXPECT_EQ(seen, std::set<std::string>({"aaaa", "xaaa", "xyaa", "xyza"}));
}

TEST_F(Stepping, KnowsSystemCalls) {
  const Operation call{[this] { words_.one.store(static_cast<std::uint64_t>(platform::this_pid())); }};
  const Trace trace = this->trace(call);
  const auto is_call = [&](std::size_t point) { return trace.points()[point].is_call; };
  const auto all = trace.all();
  ASSERT_EQ(std::ranges::count_if(all, is_call), 1);
  const std::size_t at = *std::ranges::find_if(all, is_call);
  const auto matter = trace.that_matter();
  EXPECT_TRUE(std::ranges::binary_search(matter, at) && std::ranges::binary_search(matter, at + 1));
  EXPECT_FALSE(trace.wakes_somebody());
}

TEST_F(Stepping, SamplesHoldWhatMattersAndOthers) {
  const Operation count{[this] {
    for (int i = 0; i < 300; ++i) words_.one.store(words_.one.load() + 1);
  }};
  const Trace trace = this->trace(count);
  const auto matter = trace.that_matter();
  EXPECT_LT(matter.size(), 30U) << "one instruction makes all changes";
  auto random = random_engine();
  const auto sample = trace.sample(100, random);
  EXPECT_EQ(sample.size(), 100U);
  EXPECT_TRUE(std::ranges::includes(sample, matter));
  EXPECT_EQ(std::ranges::adjacent_find(sample, std::greater_equal<>{}), sample.end()) << "ascending, each once";
  EXPECT_NE(sample, trace.sample(100, random));
}

TEST_F(Stepping, AnotherWayMayComeToItsEnd) {
  const Operation as_told{[this] {
    for (std::uint64_t i = 0; i < words_.other.load(); ++i) words_.one.fetch_add(1);
  }};
  as_told.run();
  set_up();
  words_.other = 20;
  const Trace trace = Trace::of(as_told, watch());
  set_up();
  words_.other = 2;
  EXPECT_FALSE(trace.dies_at(trace.size() / 2, as_told));
  EXPECT_EQ(words_.one.load(), 2U);
}

TEST_F(Stepping, PreparesInTheChildAndThenLooksHere) {
  std::vector<int> here;
  const Operation operation{.run = [this] { words_.one.store(2); },
                            .prepare =
                                [this, &here] {
                                  words_.one.store(1);
                                  here.push_back(1);
                                },
                            .once_prepared =
                                [this, &here] {
                                  EXPECT_EQ(words_.one.load(), 1U);
                                  here.push_back(2);
                                }};
  EXPECT_EQ(Trace::of(operation, watch()).changes(), 1U);
  EXPECT_EQ(here, std::vector<int>{2}) << "the child has its own memory";
}

TEST_F(Stepping, AChildThatFailsIsAnError) {
  for (const Operation& wrong :
       {Operation{[] { throw std::runtime_error("on purpose"); }}, Operation{[] { platform::exit_now(4); }},
        Operation{[] {}, [] { throw std::runtime_error("on purpose"); }}}) {
    EXPECT_THROW(Trace::of(wrong, watch()), std::runtime_error);
  }
}

}  // namespace
}  // namespace tandem::test
