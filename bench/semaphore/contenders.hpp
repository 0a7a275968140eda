#pragma once

#include "bench/support/contender.hpp"

/// What does a semaphore cost? Setting "uncontended": one thread takes a permit and gives it back. "ping_pong": two threads and two
/// semaphores, each gives the other one its permit in turn.
namespace tandem::bench {

double tandem_semaphore(const Order& order);
double posix_sem(const Order& order);
double std_counting_semaphore(const Order& order);

}  // namespace tandem::bench
