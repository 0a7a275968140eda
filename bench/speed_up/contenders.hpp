#pragma once

#include "bench/support/contender.hpp"

/// How much sooner is a job done that does nothing but compute, when one more worker takes part? The job: counting the primes below
/// 500,000, in 40 pieces. Setting: the number of workers. Figure: the job.
namespace tandem::bench {

/// One piece after the other; without workers, so without a setting.
double bare_loop(const Order& order);
/// std::threads, made for each job. Each takes its turn of the pieces, as those of the next two do.
double std_thread(const Order& order);
/// threading::Thread and multiprocessing::Process, made for each job; a process tells what it found through a SimpleQueue.
double tandem_thread(const Order& order);
double tandem_process(const Order& order);
/// The executors are made before. A piece is a task.
double thread_executor(const Order& order);
double process_executor(const Order& order);

}  // namespace tandem::bench
