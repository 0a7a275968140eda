#pragma once

#include "bench/support/contender.hpp"

/// 1,000 threads wait for one thing: how long does it take from its announcement until the last of them has run?
namespace tandem::bench {

double tandem_event(const Order& order);
double std_condition_variable(const Order& order);
double std_atomic_wait(const Order& order);
/// One system call that wakes all who sleep on a word.
double bare_futex(const Order& order);

}  // namespace tandem::bench
