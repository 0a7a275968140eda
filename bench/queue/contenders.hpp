#pragma once

#include "bench/support/contender.hpp"

/// What does an item cost on its way from one thread to another? All wait for room as well as for items, unless it says otherwise.
/// Settings: "1p1c", "2p2c", "4p4c", see flow() in flow.hpp.
namespace tandem::bench {

double tandem_queue(const Order& order);
double tbb_bounded(const Order& order);
double boost_bounded(const Order& order);
/// A std::deque, a std::mutex, two std::condition_variables: what a C++ programmer writes.
double textbook(const Order& order);
/// Unbounded: producers never wait.
double moodycamel(const Order& order);
/// The same with a semaphore of its author around it that counts the room.
double moodycamel_bounded(const Order& order);
/// Bounded, for one producer and one consumer only.
double moodycamel_1p1c(const Order& order);

double tandem_lifo(const Order& order);
double tandem_priority(const Order& order);
/// Unbounded.
double tandem_simple(const Order& order);
/// tbb::concurrent_priority_queue does not wait: two sem_t do, one for room and one for items.
double tbb_priority(const Order& order);

}  // namespace tandem::bench
