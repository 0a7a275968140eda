#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "bench/lock/exercise.hpp"
#include "bench/support/shared/process_crew.hpp"
#include "bench/support/shared/shared_memory.hpp"

/// What bench/lock/exercise.hpp does with threads, with processes. Lock is a handle with lock() and unlock().
namespace tandem::bench {

/// What the lock guards, and whether waits count by now.
struct SharedGuarded {
  Guarded guarded;
  std::atomic<bool> counts{false};
};

/// Figure: one lock and unlock, while nobody else wants the lock.
template <class Lock>
double alone(const Order& order, Lock lock) {
  constexpr int batch = 1'000;
  return measure(order, batch, [&] {
    for (int i = 0; i < batch; ++i) const std::lock_guard hold{lock};
  });
}

/// Gives what it has worked out, so that the work is wanted.
template <class Lock>
std::uint64_t take_turns(ProcessSeat& seat, Lock lock, std::uintptr_t address) {
  Guarded& guarded = reinterpret_cast<SharedGuarded*>(address)->guarded;
  std::uint64_t mine = 1;
  while (seat.goes_on()) {
    {
      const std::lock_guard hold{lock};
      guarded.value = work(guarded.value, steps_inside);
      ++guarded.turns;
    }
    mine = work(mine, steps_outside);
    seat.did_one();
  }
  return mine;
}

/// Gives its longest wait in nanoseconds.
template <class Lock>
std::uint64_t be_greedy(ProcessSeat& seat, Lock lock, std::uintptr_t address) {
  using Clock = std::chrono::steady_clock;
  SharedGuarded& shared = *reinterpret_cast<SharedGuarded*>(address);
  auto longest = std::chrono::nanoseconds::zero();
  while (seat.goes_on()) {
    const auto before = Clock::now();
    {
      const std::lock_guard hold{lock};
      const std::chrono::nanoseconds waited = Clock::now() - before;
      if (waited > longest && shared.counts.load(std::memory_order_relaxed)) longest = waited;
      shared.guarded.value = work(shared.guarded.value, greedy_steps_inside);
      ++shared.guarded.turns;
    }
    seat.did_one();
  }
  return static_cast<std::uint64_t>(longest.count());
}

/// Lets these processes run, and gives what `figure()` does meanwhile; throws std::runtime_error if the lock let two in.
template <class Processes, class Figure>
double while_they_run(ProcessCrew<Processes>& crew, const std::vector<ProcessSeat*>& seats, const SharedGuarded& shared,
                      Figure figure) {
  const auto done = [&] {
    crew.check_all();
    std::uint64_t sum = 0;
    for (const ProcessSeat* seat : seats) sum += seat->done();
    return sum;
  };
  crew.begin();
  const double result = figure(done);
  for (ProcessSeat* seat : seats) seat->stop();
  crew.join();
  if (shared.guarded.turns != done()) throw std::runtime_error("two processes held the lock at the same time");
  return result;
}

/// Figure: one turn of any process, each of which takes the lock, works a little, gives it back, works three times as long.
template <class Lock, class Processes>
double turns_of_processes(const Order& order, ProcessCrew<Processes>& crew, Lock lock, SharedGuarded& shared, int processes) {
  std::vector<ProcessSeat*> seats;
  for (int i = 0; i < processes; ++i) {
    seats.push_back(&crew.template add<&take_turns<Lock>>(lock, reinterpret_cast<std::uintptr_t>(&shared)));
  }
  return while_they_run(crew, seats, shared, [&](const auto& done) { return measure_running(order, done); });
}

/// Figure: the longest that any of these processes waited for the lock in all the time. Each holds it for long and wants it again
/// at once.
template <class Lock, class Processes>
double longest_wait_of_processes(const Order& order, ProcessCrew<Processes>& crew, Lock lock, SharedGuarded& shared,
                                 int processes) {
  std::vector<ProcessSeat*> seats;
  for (int i = 0; i < processes; ++i) {
    seats.push_back(&crew.template add<&be_greedy<Lock>>(lock, reinterpret_cast<std::uintptr_t>(&shared)));
  }
  while_they_run(crew, seats, shared, [&](const auto& /*done*/) {
    std::this_thread::sleep_for(order.duration / 10);
    shared.counts.store(true, std::memory_order_relaxed);
    std::this_thread::sleep_for(order.duration);
    return 0.0;
  });
  std::uint64_t longest = 0;
  for (const ProcessSeat* seat : seats) longest = std::max(longest, seat->result());
  return static_cast<double>(longest);
}

/// Measures what the setting asks for.
template <class Lock, class Processes>
double share(const Order& order) {
  const auto [figure, processes] = lock_setting(order.setting);
  const Shared<SharedGuarded> shared{std::in_place};
  ProcessCrew<Processes> crew{order};
  Lock lock;
  switch (figure) {
    case LockSetting::Figure::turns:
      return turns_of_processes(order, crew, lock, *shared, processes);
    case LockSetting::Figure::longest_wait:
      return longest_wait_of_processes(order, crew, lock, *shared, processes);
    case LockSetting::Figure::uncontended:
      break;
  }
  return alone(order, lock);
}

}  // namespace tandem::bench
