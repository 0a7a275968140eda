#pragma once

#include "bench/support/contender.hpp"

/// How long does it take to start a thread that does nothing, and to wait for its end?
namespace tandem::bench {

double tandem_thread(const Order& order);
double std_thread(const Order& order);

}  // namespace tandem::bench
