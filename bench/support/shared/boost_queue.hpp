#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace tandem::bench {

/// Boost.Interprocess message_queue, which sends bytes; its name is removed as soon as it is there. A handle, for processes that
/// are forked after it was made.
class BoostQueue {
 public:
  /// For so many messages, of one size. Throws as Boost does.
  BoostQueue(std::size_t capacity, std::size_t message_size);

  void send(std::span<const std::byte> message) const;
  void receive(std::span<std::byte> message) const;

 private:
  class Queue;

  std::shared_ptr<Queue> queue_;
};

}  // namespace tandem::bench
