#pragma once

#include <concepts>
#include <ranges>
#include <vector>

#include "tandem/futures/future.hpp"

namespace tandem::futures {

/// How map() goes about it.
struct MapOptions {
  /// Items handed over at a time, where that saves something (worker processes); threads take them singly. 1 or more; for 0 map()
  /// throws std::invalid_argument. Python's ValueError.
  std::size_t chunksize = 1;
  /// How many items may be under way or waiting to be taken; 0 lets the executor choose. The range may be endless.
  std::size_t buffersize = 0;
  /// For the whole of it, from the call; a step beyond it throws TimeoutError.
  Deadline deadline = Deadline::never();
  /// Results in the order in which they are there, instead of that of the items (where items travel in chunks, that of the chunks).
  bool as_completed = false;
};

/// Whatever takes work and promises its result: threads, worker processes, greenlets. Python: concurrent.futures.Executor.
///
/// - submit(fn, args...) -> Future<R>: fn and args are copied or moved; throws std::logic_error after shutdown().
/// - map(fn, range, options): an input range of the results in the order of the items; lazy, with a bounded number in flight.
/// - shutdown(wait, cancel_futures): takes no more; waits for what runs and what is queued, or cancels what is queued, also for
///   another attempt.
template <class E>
concept Executor = requires(E& executor, int (*fn)(int), std::vector<int> items, MapOptions options) {
  { executor.submit(fn, 1) } -> std::same_as<Future<int>>;
  { executor.map(fn, items) } -> std::ranges::input_range;
  { executor.map(fn, items, options) } -> std::ranges::input_range;
  executor.shutdown();
  executor.shutdown(true, true);
};

}  // namespace tandem::futures
