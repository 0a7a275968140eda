#pragma once

#include "bench/support/contender.hpp"

/// What does it cost to cut a problem in two again and again and to wait for the parts? Two threads. Settings: the problems in
/// problems.hpp, "fib", "sum" and "sort". Figure: one problem.
namespace tandem::bench {

/// One half is submitted to the pool and the other done here; then the first is awaited. The main thread submits the whole.
double tandem_pool(const Order& order);
/// The same with a task_group in an arena of two, of which the main thread is one.
double tbb_group(const Order& order);
/// By one thread, cut up in the same way, without any tasks.
double sequential(const Order& order);

}  // namespace tandem::bench
