#include "tests/support/stepping.hpp"

#include <cstdlib>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

void look_after_the_end(const SteppedCase& what) {
  SCOPED_TRACE("nobody was killed");
  what.after(false);
}

Trace trace_of(const SteppedCase& what) {
  what.before();
  Trace trace = Trace::of(what.operation, what.watch);
  look_after_the_end(what);
  return trace;
}

void run_here(const SteppedCase& what) {
  what.before();
  what.operation.prepare();
  what.operation.once_prepared();
  what.operation.run();
  look_after_the_end(what);
}

}  // namespace

void kill_everywhere(const SteppedCase& what) {
  run_here(what);
  if (::testing::Test::HasFailure()) return;
  const Trace trace = trace_of(what);
  EXPECT_GT(trace.changes(), 0U) << "there was nothing to die in: it has changed nothing";
  EXPECT_TRUE(trace.wakes_somebody() || !what.wakes_somebody) << "somebody was to be asleep, and nobody was woken";
  std::mt19937_64 random = random_engine();
  const bool everywhere = std::getenv("TANDEM_EVERY_INSTRUCTION") != nullptr;
  const std::vector<std::size_t> points = everywhere ? trace.all() : trace.sample(what.deaths, random);
  int deaths = 0;
  for (const std::size_t point : points) {
    if (::testing::Test::HasFailure()) return;
    SCOPED_TRACE("killed after " + std::to_string(point) + " of " + std::to_string(trace.size()) + " instructions");
    what.before();
    const bool died = trace.dies_at(point, what.operation);
    what.after(died);
    deaths += died ? 1 : 0;
  }
  ::testing::Test::RecordProperty("instructions", static_cast<int>(trace.size()));
  ::testing::Test::RecordProperty("deaths", deaths);
  EXPECT_GT(deaths, 10) << "it comes to its end";
}

}  // namespace tandem::test
