#pragma once

#include "bench/support/contender.hpp"

/// What does a task cost that does nothing, in a pool of two threads? Settings: "one", the next is submitted when the result of the
/// last is there; "many", 10,000 are submitted, then all results are awaited. All hand back what the task returned.
namespace tandem::bench {

double tandem_pool(const Order& order);
/// boost::asio::thread_pool, post with use_future.
double asio_pool(const Order& order);
/// A thread for each task: std::launch::async. Not for "many".
double std_async(const Order& order);
/// oneTBB has no futures: a task_arena, and a promise in each task that is enqueued there.
double tbb_arena(const Order& order);
/// A std::mutex, a std::condition_variable, a std::deque of std::packaged_task: what a C++ programmer writes, and BS::thread_pool
/// is.
double textbook_pool(const Order& order);

}  // namespace tandem::bench
