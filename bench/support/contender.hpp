#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string_view>

namespace tandem::bench {

/// What bench/run wants from a contender this time.
struct Order {
  int argc;
  char** argv;                         ///< main's, for tandem::init
  std::chrono::milliseconds duration;  ///< for how long to repeat the operation; it is done at least once
  std::string_view setting;            ///< the contender's own, for example "big"; may be empty
};

/// Measures what its name says and gives nanoseconds per operation. Called once in the life of a process, from main, while there
/// is one thread.
using Contender = double (*)(const Order& order);
struct Named {
  std::string_view name;
  Contender run;
};

/// Repeats `batch`, which does `operations` of them, until the order's time is over; gives nanoseconds per operation, of the median
/// batch: what other programs take away now and then is not to count. What runs for a tenth of the time before is not counted:
/// pages are touched and workers have come up then.
double measure(const Order& order, int operations, const std::function<void()>& batch);
inline double measure(const Order& order, const std::function<void()>& operation) { return measure(order, 1, operation); }

/// The same where only a part of what is repeated counts: `lap` says how long that part took.
double measure_laps(const Order& order, const std::function<std::chrono::nanoseconds()>& lap);

/// The main function of a question: `PROGRAM CONTENDER MILLISECONDS [SETTING]` prints the contender's figure.
int run(int argc, char** argv, std::span<const Named> contenders);

/// Throws std::system_error with errno and the name of the call, unless `ok`.
void check(bool ok, const char* call);

}  // namespace tandem::bench
