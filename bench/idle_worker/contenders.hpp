#pragma once

#include "bench/support/contender.hpp"

/// How much memory does a worker process take that has done a task and waits for the next? Setting: see idle_setting.hpp. Figure:
/// bytes, the mean of all workers.
namespace tandem::bench {

double tandem_pool(const Order& order);
/// Children of a plain fork that have said that they are there, and sleep: they have all that their parent has.
double forked_children(const Order& order);

}  // namespace tandem::bench
