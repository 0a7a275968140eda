#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/future.hpp"
#include "tandem/multiprocessing/map_chunk.hpp"

namespace tandem::multiprocessing {

/// The future of all results together, in order, where each chunk of them has a future of its own. It is done when all of them
/// are, with the error of the first that has one. It cannot be cancelled, as its chunks are under way.
///
/// It keeps its chunks, and each chunk that is not done keeps it, by its callback.
template <class Result>
class GatheredChunks final
    : public futures::ResultCore<std::conditional_t<std::is_same_v<Result, Nothing>, void, std::vector<Result>>> {
 public:
  using Whole = std::conditional_t<std::is_same_v<Result, Nothing>, void, std::vector<Result>>;
  using Chunk = futures::Future<MapChunk<Result>>;

  static futures::Future<Whole> of(std::vector<Chunk> chunks) {
    const auto made = std::make_shared<GatheredChunks>(std::move(chunks));
    made->begin();
    if (made->chunks_.empty()) made->finish_all();
    for (Chunk& chunk : made->chunks_) {
      chunk.add_done_callback([made](Chunk&) {
        if (made->left_.fetch_sub(1, std::memory_order_acq_rel) == 1) made->finish_all();
      });
    }
    return futures::Future<Whole>{made};
  }

  explicit GatheredChunks(std::vector<Chunk> chunks) : chunks_{std::move(chunks)}, left_{chunks_.size()} {}

  /// A worker of the pool that waits for the whole waits for its chunks: runs those that nobody has begun, and then, or if the wait
  /// has a deadline, lets another into its place. See FutureCore::wait.
  void help() noexcept override {
    for (Chunk& chunk : chunks_) chunk.core().help();
  }
  const void* pool() const noexcept override { return chunks_.empty() ? nullptr : chunks_.front().core().pool(); }

 private:
  /// By whoever finishes the last chunk.
  void finish_all() {
    std::vector<Result> all;
    try {
      for (Chunk& chunk : chunks_) {
        MapChunk<Result> part = std::move(chunk).result();
        if (part.error != nullptr) std::rethrow_exception(part.error);
        std::move(part.results.begin(), part.results.end(), std::back_inserter(all));
      }
    } catch (...) {
      this->finish_with_error(std::current_exception());
      return;
    }
    if constexpr (std::is_void_v<Whole>) {
      this->finish_with_result();
    } else {
      this->finish_with_result(std::move(all));
    }
  }

  std::vector<Chunk> chunks_;
  base::Atomic<std::size_t> left_;  // chunks that are not done; who takes the last one off sees what all the others have done
};

}  // namespace tandem::multiprocessing
