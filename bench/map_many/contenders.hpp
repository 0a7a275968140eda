#pragma once

#include "bench/support/contender.hpp"

/// What does mapping a function of 1 us over many items cost beside a loop that calls it? Setting: the number of items, and behind
/// a hyphen the chunk size where a contender takes one. Figure: one item on one core, that is the time of all multiplied by the
/// cores that a contender uses: two where it may run on two.
namespace tandem::bench {

/// One thread, and no more than a vector for the results.
double bare_loop(const Order& order);
/// Two std::threads which know beforehand that each does one half: what is to be had from this machine.
double two_threads(const Order& order);
/// oneTBB parallel_for over a blocked_range, two threads, its own choice of pieces.
double tbb_for(const Order& order);

/// futures::ThreadPoolExecutor::map and futures::ProcessPoolExecutor::map, walked in order.
double thread_executor(const Order& order);
double process_executor(const Order& order);
/// multiprocessing::ThreadPool::map and multiprocessing::Pool::map. Chunk size 0: their own choice, four for each worker.
double thread_pool(const Order& order);
double process_pool(const Order& order);

}  // namespace tandem::bench
