#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <utility>

#include "bench/support/contender.hpp"
#include "bench/support/shared/process_seat.hpp"
#include "bench/support/shared/shared_memory.hpp"

namespace tandem::bench {

/// Processes that each do a work, all from the same moment on. `Processes` is how they are made: ForkedProcesses or
/// TandemProcesses. Those that have not ended when it is destroyed are killed.
template <class Processes>
class ProcessCrew {
 public:
  explicit ProcessCrew(const Order& order) : processes_{order} {}

  /// One more process. It calls `work(seat, args...)`, whose result, a number, is the seat's. Returns the seat, which lives as long
  /// as this.
  template <auto work, class... Args>
  ProcessSeat& add(const Args&... args) {
    if (used_ == seats_->size()) throw std::logic_error("there are no more seats in this crew");
    ProcessSeat& seat = (*seats_)[used_++];
    processes_.start(&sit<work, Args...>, reinterpret_cast<std::uintptr_t>(&seat), args...);
    return seat;
  }

  /// When all have come, lets them begin.
  void begin() {
    for (std::size_t i = 0; i < used_; ++i) {
      wait_until([&] { return (*seats_)[i].is_ready(); });
    }
    for (std::size_t i = 0; i < used_; ++i) (*seats_)[i].let_begin();
  }

  /// Throws std::runtime_error if one has failed: then there is nothing to wait for.
  void check_all() const { processes_.check_all(); }

  /// Looks every now and then; throws as check_all() does.
  template <class Predicate>
  void wait_until(Predicate predicate) const {
    while (!predicate()) {
      check_all();
      std::this_thread::sleep_for(std::chrono::microseconds{100});
    }
  }

  /// Waits until all have ended; throws std::runtime_error if one has failed.
  void join() { processes_.join(); }

 private:
  /// What runs in the process. The memory of the seats is at the same address there.
  template <auto work, class... Args>
  static void sit(std::uintptr_t address, Args... args) {
    ProcessSeat& seat = *reinterpret_cast<ProcessSeat*>(address);
    seat.begin();
    seat.finish(work(seat, std::move(args)...));
  }

  Shared<ProcessSeats> seats_{std::in_place};  // before processes_, so that the fork server has it too
  Processes processes_;
  std::size_t used_ = 0;
};

}  // namespace tandem::bench
