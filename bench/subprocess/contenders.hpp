#pragma once

#include "bench/support/contender.hpp"

/// How long does it take to start /bin/true and to wait for its end? Setting: "small", "big" for a parent with 1 GiB of touched
/// memory and 8 idle threads, or "crowd" for 1,000 of them, 100 of which run at a time.
namespace tandem::bench {

double tandem_popen(const Order& order);
/// The same with its output read through a pipe.
double tandem_check_output(const Order& order);
double posix_spawn_true(const Order& order);
double fork_exec(const Order& order);

}  // namespace tandem::bench
