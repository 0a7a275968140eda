#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/support/crew.hpp"

namespace tandem::bench {

/// What order.setting asks for: "uncontended", "turns-N" or "wait-N" with N threads.
struct LockSetting {
  enum class Figure { uncontended, turns, longest_wait };
  Figure figure;
  int threads;
};
/// Throws std::invalid_argument if it is none of them.
LockSetting lock_setting(std::string_view setting);

/// Some 1.3 ns of work per step that no compiler can do beforehand.
inline std::uint64_t work(std::uint64_t seed, int steps) noexcept {
  for (int i = 0; i < steps; ++i) seed = seed * 6364136223846793005U + 1442695040888963407U;
  return seed;
}
/// Under the lock a third of the time that passes outside: with two threads it is often taken, and yet they could work side by
/// side.
inline constexpr int steps_inside = 20;
inline constexpr int steps_outside = 60;
/// For those who hold the lock nearly all the time: some 2.6 us.
inline constexpr int greedy_steps_inside = 2'000;

/// What the lock guards: wrong counts show that it does not.
struct alignas(128) Guarded {
  std::uint64_t value = 1;
  std::uint64_t turns = 0;
};

/// Figure: one lock and unlock, by one thread, while nobody else wants the lock. The process has a second thread, which sleeps:
/// glibc's mutex leaves out the atomic instructions in a process that has only one, and who has one thread needs no lock.
template <class Mutex, class Hold>
double uncontended(const Order& order) {
  constexpr int batch = 1'000;
  Mutex mutex;
  std::atomic<bool> over{false};
  std::thread other{[&] { over.wait(false); }};
  const double figure = measure(order, batch, [&] {
    for (int i = 0; i < batch; ++i) const Hold hold{mutex};
  });
  over.store(true);
  over.notify_one();
  other.join();
  return figure;
}

/// Figure: one turn of any thread, each of which takes the lock, works a little, gives it back, works three times as long.
template <class Mutex, class Hold>
double turns(const Order& order, int threads) {
  Mutex mutex;
  Guarded guarded;
  std::atomic<std::uint64_t> sink{0};  // the results are wanted, as far as the compiler knows
  Crew crew;
  for (int i = 0; i < threads; ++i) {
    crew.add([&](Crew::Member& member) {
      std::uint64_t mine = 1;
      while (member.goes_on()) {
        {
          const Hold hold{mutex};
          guarded.value = work(guarded.value, steps_inside);
          ++guarded.turns;
        }
        mine = work(mine, steps_outside);
        member.did_one();
      }
      sink += mine;
    });
  }
  const double figure = measure_running(order, [&] { return crew.done(); });
  crew.stop();
  if (guarded.turns != crew.done()) throw std::runtime_error("two threads held the lock at the same time");
  return figure;
}

/// Figure: the longest that any of these threads waited for the lock in all the time. Each holds it for long and wants it again at
/// once, so that one who sleeps is always late, unless the lock sees to it that everybody gets a turn. The clock is read before and
/// after each wait.
template <class Mutex, class Hold>
double longest_wait(const Order& order, int threads) {
  using Clock = std::chrono::steady_clock;
  Mutex mutex;
  Guarded guarded;
  std::atomic<bool> counts{false};
  std::vector<Clock::duration> longest(static_cast<std::size_t>(threads), Clock::duration::zero());
  Crew crew;
  for (auto& longest_of_one : longest) {
    crew.add([&](Crew::Member& member) {
      auto own = Clock::duration::zero();
      while (member.goes_on()) {
        const auto before = Clock::now();
        {
          const Hold hold{mutex};
          const auto waited = Clock::now() - before;
          if (waited > own && counts.load(std::memory_order_relaxed)) own = waited;
          guarded.value = work(guarded.value, greedy_steps_inside);
        }
      }
      longest_of_one = own;
    });
  }
  std::this_thread::sleep_for(order.duration / 10);
  counts.store(true, std::memory_order_relaxed);
  std::this_thread::sleep_for(order.duration);
  crew.stop();  // one that still waits ends its wait now, and it counts
  return std::chrono::duration<double, std::nano>(*std::max_element(longest.begin(), longest.end())).count();
}

/// Measures what the setting asks for. Hold takes the lock in its constructor and gives it back in its destructor.
template <class Mutex, class Hold = std::lock_guard<Mutex>>
double exercise(const Order& order) {
  const auto [figure, threads] = lock_setting(order.setting);
  switch (figure) {
    case LockSetting::Figure::turns:
      return turns<Mutex, Hold>(order, threads);
    case LockSetting::Figure::longest_wait:
      return longest_wait<Mutex, Hold>(order, threads);
    case LockSetting::Figure::uncontended:
      break;
  }
  return uncontended<Mutex, Hold>(order);
}

}  // namespace tandem::bench
