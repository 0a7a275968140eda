#pragma once

#include "bench/support/contender.hpp"

/// What does a lock cost that processes share? Settings as for threads: "uncontended", "turns-N" and "wait-N", with N processes;
/// see share() in sharing.hpp.
namespace tandem::bench {

double tandem_lock(const Order& order);
/// A pthread mutex with PTHREAD_PROCESS_SHARED. If its holder dies, all others wait for ever.
double pthread_shared(const Order& order);
/// The same with PTHREAD_MUTEX_ROBUST: the next one is told that the holder died.
double pthread_robust(const Order& order);

}  // namespace tandem::bench
