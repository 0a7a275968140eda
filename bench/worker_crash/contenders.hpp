#pragma once

#include "bench/support/contender.hpp"

/// What does it cost a process pool when a task kills its worker?
namespace tandem::bench {

/// From the submission of a task that kills its worker by SIGKILL until it has failed and the one that was submitted right behind
/// it has its result. Setting: how many workers there are. With one, the second task has to wait for the new worker.
double tandem_crash(const Order& order);
/// The same with a first task that does nothing: what remains without a crash.
double tandem_no_crash(const Order& order);
/// fork and wait for a child that kills itself, in the same program.
double fork_kill_wait(const Order& order);

}  // namespace tandem::bench
