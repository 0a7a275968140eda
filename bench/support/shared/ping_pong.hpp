#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "bench/support/contender.hpp"
#include "bench/support/shared/message.hpp"
#include "bench/support/shared/process_crew.hpp"

namespace tandem::bench {

/// Whether both answer at once, or only when the other one surely sleeps. Throws std::invalid_argument if the setting is neither
/// "at_once" nor "asleep".
bool is_met_asleep(std::string_view setting);

/// Nanoseconds on the clock that all processes have in common.
Number clock_now() noexcept;
/// Long enough for the other one to fall asleep, who has nothing to do but to wait.
void let_sleep();

template <class Channel>
std::uint64_t answer_at_once(ProcessSeat& seat, Channel pings, Channel pongs) {
  for (;;) {
    Number number = 0;
    get(pings, number);
    if (number == last_number) return 0;
    put(pongs, number);
    seat.did_one();
  }
}

/// A message is the time at which it was sent; that of an answer is earlier by as much as the question was under way.
template <class Channel>
std::uint64_t answer_sleeper(ProcessSeat& seat, Channel pings, Channel pongs) {
  for (;;) {
    Number sent = 0;
    get(pings, sent);
    if (sent == last_number) return 0;
    const Number under_way = clock_now() - sent;
    let_sleep();
    Number answer = clock_now() - under_way;
    put(pongs, answer);
    seat.did_one();
  }
}

/// Figure: 8 bytes to another process and 8 bytes back, from a call of put() to the return from get() on the other side.
template <class Processes, class Channel>
double ping_pong(const Order& order, ProcessCrew<Processes>& crew, Channel pings, Channel pongs) {
  const bool asleep = is_met_asleep(order.setting);
  if (asleep) {
    crew.template add<&answer_sleeper<Channel>>(pings, pongs);
  } else {
    crew.template add<&answer_at_once<Channel>>(pings, pongs);
  }
  crew.begin();
  constexpr int batch = 20;
  Number number = 1;
  const auto lap = [&] {
    let_sleep();
    number = clock_now();
    put(pings, number);
    get(pongs, number);
    return std::chrono::nanoseconds{clock_now() - number};
  };
  const auto at_once = [&] {
    for (int i = 0; i < batch; ++i) {
      put(pings, number);
      get(pongs, number);
    }
  };
  const double figure = asleep ? measure_laps(order, lap) : measure(order, batch, at_once);
  number = last_number;
  put(pings, number);
  crew.join();
  return figure;
}

}  // namespace tandem::bench
