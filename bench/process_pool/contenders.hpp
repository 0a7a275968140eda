#pragma once

#include "bench/support/contender.hpp"

/// What does a pool of two worker processes take for a task that does nothing?
namespace tandem::bench {

/// Setting "one": one task at a time, from submit to its result. Setting "many": 2,000 tasks in flight.
double tandem_pool(const Order& order);
/// Two processes and a SOCK_SEQPACKET socketpair, nothing else. Setting "one": a message of 64 bytes goes there and one comes
/// back. Setting "many": two such processes, each of which always has a message to answer.
double socketpair(const Order& order);
/// The same, but as in a pool another thread takes the answer from an epoll and wakes the one that asked. Setting "one" only.
double socketpair_collector(const Order& order);

}  // namespace tandem::bench
