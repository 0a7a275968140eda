#include <cstring>
#include <span>
#include <utility>

#include "bench/shared_round_trip/contenders.hpp"
#include "bench/support/shared/forked_processes.hpp"
#include "bench/support/shared/ping_pong.hpp"
#include "bench/support/shared/shared_futex.hpp"

namespace tandem::bench {
namespace {

/// Room for one message of 8 bytes, with one that puts and one that gets. A handle.
class Slot {
 public:
  void send(std::span<const std::byte> message) const {
    std::memcpy(&slot_->message, message.data(), sizeof(Number));
    slot_->full.store(1, std::memory_order_release);
    shared_futex_wake(slot_->full, 1);
  }
  void receive(std::span<std::byte> message) const {
    while (slot_->full.load(std::memory_order_acquire) == 0) shared_futex_wait(slot_->full, 0);
    std::memcpy(message.data(), &slot_->message, sizeof(Number));
    slot_->full.store(0, std::memory_order_relaxed);  // the answer, which is sent after it, tells the other one so
  }

 private:
  struct alignas(128) Memory {
    FutexWord full{0};
    Number message = 0;
  };
  Shared<Memory> slot_{std::in_place};
};

}  // namespace

double bare_futex(const Order& order) {
  ProcessCrew<ForkedProcesses> crew{order};
  return ping_pong(order, crew, Slot{}, Slot{});
}

}  // namespace tandem::bench
