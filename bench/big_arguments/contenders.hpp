#pragma once

#include "bench/support/contender.hpp"

/// What do arguments and results of a megabyte and more cost, one call at a time to one worker? Settings: see big_setting.hpp.
/// Figure: one call. Whoever gets something gets it in new memory each time, as the parameter of a function is; and a result is
/// made anew each time.
namespace tandem::bench {

/// ProcessPoolExecutor::submit with a std::string or a std::vector<double>, and its result().
double tandem_pool(const Order& order);
/// A forked process and memory that it shares: one copies in, wakes the other, that one copies out.
double shared_copy(const Order& order);
/// A forked process at the other end of a socketpair of streams.
double socketpair(const Order& order);

}  // namespace tandem::bench
