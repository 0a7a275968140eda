#pragma once

#include "bench/support/contender.hpp"

/// What does a lock cost? Settings: see exercise() in exercise.hpp.
namespace tandem::bench {

double tandem_lock(const Order& order);
double tandem_rlock(const Order& order);
double std_mutex(const Order& order);
double std_recursive_mutex(const Order& order);
double tbb_mutex(const Order& order);
double tbb_queuing_mutex(const Order& order);
double tbb_spin_mutex(const Order& order);

}  // namespace tandem::bench
