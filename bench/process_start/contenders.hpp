#pragma once

#include "bench/support/contender.hpp"

/// How long does it take to start an empty process and to wait for its end? Setting: "small", or "big" for a parent with 1 GiB of
/// touched memory and 8 idle threads.
namespace tandem::bench {

double tandem_process(const Order& order);
/// The start method "spawn": this program is executed anew.
double tandem_spawn(const Order& order);
/// The start method "fork": a copy of the parent itself.
double tandem_fork(const Order& order);
double fork_wait(const Order& order);
double posix_spawn_wait(const Order& order);
/// The least that any fork server can do: one message there, fork and wait, one message back. Nothing else is sent, and the server
/// can do one thing at a time.
double fork_server(const Order& order);

}  // namespace tandem::bench
