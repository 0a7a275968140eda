#pragma once

#include <cstddef>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/executor.hpp"
#include "tandem/multiprocessing/async_result.hpp"
#include "tandem/multiprocessing/gathered_chunks.hpp"
#include "tandem/multiprocessing/map_chunk.hpp"

namespace tandem::multiprocessing {

/// What Pool and ThreadPool have in common: the module's older way to run calls in workers, over an executor, which does the work.
/// Python: multiprocessing.pool.Pool.
///
/// - apply, map, starmap wait for the results; apply_async, map_async, starmap_async give an AsyncResult. What a call throws
///   reaches whoever asks for its result; of a map() the first in the order of the items, when all of them are done.
/// - imap, imap_unordered give the results one by one, while a bounded number is under way; the range may be endless.
/// - map() and its relatives hand out items in chunks, by default such that each worker gets four. A `chunksize` of one's own pays
///   when the calls take very different times (1), or next to none (many).
/// - close() takes no more work: whoever brings some after it gets std::invalid_argument, Python's ValueError. terminate() cancels
///   what waits and, where workers are processes, ends what runs. join() waits for the workers.
///
/// The destructor does what `with` does in Python: it terminates. Call close() and join() before, if all work is to be done.
/// Thread safety: all members may be called from any thread; join() not from a callback or a worker.
///
/// `Engine` has the Executor, and says by `Engine::Submit<F, Item, Call>` how a chunk is handed to it.
template <class Engine>
class BasicPool {
 public:
  using Executor = typename Engine::Executor;

  BasicPool(const BasicPool&) = delete;
  BasicPool& operator=(const BasicPool&) = delete;
  ~BasicPool() { Engine::give_up(executor_, "the Pool's destructor"); }  // the executor's waits

  /// fn(args...) in a worker.
  template <class F, class... Args>
  auto apply(F&& fn, Args&&... args) {
    return apply_async(std::forward<F>(fn), std::forward<Args>(args)...).get();
  }
  template <class F, class... Args>
  auto apply_async(F&& fn, Args&&... args) {
    expect_open("apply");
    auto future = executor_.submit(std::forward<F>(fn), std::forward<Args>(args)...);
    return AsyncResult<typename decltype(future)::value_type>{std::move(future)};
  }

  /// The results for all items, in their order, as a std::vector; nothing if the function returns nothing. Throws
  /// std::invalid_argument for a `chunksize` of 0.
  template <class F, std::ranges::input_range Range>
  auto map(F fn, Range&& items, std::optional<std::size_t> chunksize = {}) {
    return map_async(std::move(fn), std::forward<Range>(items), chunksize).get();
  }
  template <class F, std::ranges::input_range Range>
  auto map_async(F fn, Range&& items, std::optional<std::size_t> chunksize = {}) {
    return in_chunks<CallWithItem>("map", std::move(fn), std::forward<Range>(items), chunksize);
  }
  /// The same with std::tuples (pairs, arrays) as items, whose elements are the arguments.
  template <class F, std::ranges::input_range Range>
  auto starmap(F fn, Range&& items, std::optional<std::size_t> chunksize = {}) {
    return starmap_async(std::move(fn), std::forward<Range>(items), chunksize).get();
  }
  template <class F, std::ranges::input_range Range>
  auto starmap_async(F fn, Range&& items, std::optional<std::size_t> chunksize = {}) {
    return in_chunks<CallWithElements>("starmap", std::move(fn), std::forward<Range>(items), chunksize);
  }

  /// The results in the order of the items, as an input range that can be walked once, or asked by `next(2s)`, which throws
  /// TimeoutError if the next one is not there by then, and may be called again. Items are read as it is walked, also after
  /// close(). After join() the results of what is under way come still, and then std::logic_error if there are more items. A step
  /// throws what the call threw.
  template <class F, std::ranges::viewable_range Range>
  auto imap(F fn, Range&& items, futures::MapOptions options = {}) {
    expect_open("imap");
    return executor_.map(std::move(fn), std::forward<Range>(items), options);
  }
  /// The same in the order in which they are there.
  template <class F, std::ranges::viewable_range Range>
  auto imap_unordered(F fn, Range&& items, futures::MapOptions options = {}) {
    options.as_completed = true;
    return imap(std::move(fn), std::forward<Range>(items), options);
  }

  /// Takes no more work; what was given to it is done.
  void close() noexcept {
    Phase open = Phase::open;
    phase_.compare_exchange_strong(open, Phase::closed, std::memory_order_relaxed);
  }
  /// Gives up what has not begun: CancelledError for who waits for it. What runs in a process is ended with that: WorkerCrashed,
  /// which says so; a thread comes to its end by itself.
  void terminate() {
    phase_.store(Phase::terminated, std::memory_order_relaxed);
    Engine::give_up(executor_, "Pool::terminate()");
  }
  /// Waits until all work is done, or given up, and the workers have ended. Throws std::invalid_argument before close() or
  /// terminate(), and KeyboardInterrupt.
  void join() {
    if (phase_.load(std::memory_order_relaxed) == Phase::open) {
      throw std::invalid_argument("Pool::join: the pool still takes work: call close() or terminate() first");
    }
    executor_.shutdown();
  }

 protected:
  template <class... Args>
  explicit BasicPool(std::in_place_t /*marks it*/, Args&&... args) : executor_(std::forward<Args>(args)...) {}

 private:
  enum class Phase : std::uint32_t { open, closed, terminated };

  void expect_open(const char* call) const {
    const Phase phase = phase_.load(std::memory_order_relaxed);
    if (phase == Phase::open) return;
    throw std::invalid_argument("Pool::" + std::string{call} + ": the pool was " +
                                (phase == Phase::closed ? "closed" : "terminated") + " and takes no more work: make a new one");
  }

  template <class Call, class F, class Range>
  auto in_chunks(const char* call, F fn, Range&& items, std::optional<std::size_t> given) {
    expect_open(call);
    if (given == 0) {
      throw std::invalid_argument("Pool::" + std::string{call} +
                                  ": chunksize is 0, but must be 1 or more: leave it out, and the pool chooses");
    }
    using Item = std::ranges::range_value_t<Range>;
    using Result = ItemResult<Call, F, Item>;
    if constexpr (!std::ranges::sized_range<Range>) {
      std::vector<Item> all;  // how large a chunk is depends on how many there are
      for (auto&& item : items) all.push_back(std::forward<decltype(item)>(item));
      return in_chunks<Call>(call, std::move(fn), std::move(all), given);
    } else {
      const std::size_t chunksize = given ? *given : usual_chunk(std::ranges::size(items));
      typename Engine::template Submit<F, Item, Call> submit{executor_, std::move(fn)};
      std::vector<futures::Future<MapChunk<Result>>> chunks;
      try {
        for (auto at = std::ranges::begin(items); at != std::ranges::end(items);) {
          std::vector<Item> chunk;
          for (; chunk.size() < chunksize && at != std::ranges::end(items); ++at) chunk.push_back(*at);
          chunks.push_back(submit(std::move(chunk)));
        }
      } catch (...) {
        for (auto& begun : chunks) begun.cancel();
        throw;
      }
      return AsyncResult<typename GatheredChunks<Result>::Whole>{GatheredChunks<Result>::of(std::move(chunks))};
    }
  }

  /// Four chunks for each worker, rounded up. As CPython has it.
  std::size_t usual_chunk(std::size_t items) const noexcept {
    const std::size_t chunks = 4 * static_cast<std::size_t>(executor_.max_workers());
    return items / chunks + (items % chunks != 0 ? 1 : 0);
  }

  base::Atomic<Phase> phase_{Phase::open};  // relaxed: it orders nothing; the executor refuses what comes too late
  Executor executor_;
};

}  // namespace tandem::multiprocessing
