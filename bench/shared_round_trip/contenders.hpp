#pragma once

#include "bench/support/contender.hpp"

/// How long are 8 bytes under way to another process, and 8 bytes back? Setting "at_once": both answer as soon as they can.
/// "asleep": both let the other one fall asleep before they send. See ping_pong() in bench/support/shared/ping_pong.hpp.
namespace tandem::bench {

/// Two queues.
double tandem_queue(const Order& order);
/// A word in shared memory for each direction and the kernel's futex: what it takes to wake a process, and no queue.
double bare_futex(const Order& order);
double pipe(const Order& order);
double socketpair(const Order& order);
/// Two queues.
double boost_queue(const Order& order);

}  // namespace tandem::bench
