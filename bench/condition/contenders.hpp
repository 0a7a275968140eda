#pragma once

#include "bench/support/contender.hpp"

/// Two threads wait for each other in turn: what does it take from one to the other and back? Setting "each": a condition for each
/// direction, over one lock; "shared": one condition for both.
namespace tandem::bench {

double tandem_over_lock(const Order& order);
double tandem_over_rlock(const Order& order);
double std_condition_variable(const Order& order);
/// A word that says whose turn it is, and the kernel's futex: no lock, nothing else. No setting.
double bare_futex(const Order& order);

}  // namespace tandem::bench
