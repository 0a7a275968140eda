#pragma once

#include "bench/support/contender.hpp"

/// What does a semaphore cost that processes share? Setting "uncontended": one process takes a permit and gives it back.
/// "ping_pong": two processes and two semaphores, each gives the other one its permit in turn.
namespace tandem::bench {

double tandem_semaphore(const Order& order);
double posix_sem(const Order& order);

}  // namespace tandem::bench
