#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "bench/support/crew.hpp"
#include "bench/support/shared/message.hpp"
#include "bench/support/shared/process_crew.hpp"

namespace tandem::bench {

/// What order.setting asks for: "SIZE-NpNc", where messages have SIZE bytes, or "SIZE-NpNc-cpu".
struct FlowSetting {
  enum class Figure { time, cpu_time };
  std::size_t size;
  int pairs;
  Figure figure;
};
/// Throws std::invalid_argument if it is something else.
FlowSetting flow_setting(std::string_view setting);

template <class Message, class Channel>
std::uint64_t produce(ProcessSeat& seat, Channel channel, std::uint64_t size) {
  Message message = blank<Message>(size);
  Number sum = 0;
  for (Number number = 1; seat.goes_on(); ++number) {
    set_number(message, number);
    put(channel, message);
    sum += number;
    seat.did_one();
  }
  return sum;
}

template <class Message, class Channel>
std::uint64_t consume(ProcessSeat& seat, Channel channel, std::uint64_t size) {
  Message message = blank<Message>(size);
  Number sum = 0;
  for (;;) {
    get(channel, message);
    const Number number = number_in(message, size);
    if (number == last_number) return sum;
    sum += number;
    seat.did_one();
  }
}

/// The processes of a flow.
struct Side {
  std::vector<ProcessSeat*> seats;

  std::uint64_t done() const noexcept;
  /// Both when all have finished only.
  Number sum() const noexcept;
  std::chrono::nanoseconds cpu_time() const noexcept;
  bool is_finished() const noexcept;
};

/// Figure: one message through the channel. N processes put as fast as they can, N others get, with nothing else to do; the time in
/// which one message comes out, or the processor time of all these processes, in user mode and in the kernel, for one message.
/// Checks that what came out is what went in.
template <class Message, class Processes, class Channel>
double flow(const Order& order, ProcessCrew<Processes>& crew, Channel channel) {
  const auto [size, pairs, figure] = flow_setting(order.setting);
  Side consumers;
  Side producers;
  for (int i = 0; i < pairs; ++i) {
    consumers.seats.push_back(&crew.template add<&consume<Message, Channel>>(channel, std::uint64_t{size}));
    producers.seats.push_back(&crew.template add<&produce<Message, Channel>>(channel, std::uint64_t{size}));
  }
  crew.begin();
  const double time = measure_running(order, [&] {
    crew.check_all();
    return consumers.done();
  });
  for (ProcessSeat* seat : producers.seats) seat->stop();
  crew.wait_until([&] { return producers.is_finished() && consumers.done() == producers.done(); });
  Message last = blank<Message>(size);
  set_number(last, last_number);
  for (int i = 0; i < pairs; ++i) put(channel, last);
  crew.join();
  if (producers.sum() != consumers.sum()) throw std::runtime_error("what came out is not what went in");
  if (figure == FlowSetting::Figure::time) return time;
  const std::chrono::duration<double, std::nano> used = producers.cpu_time() + consumers.cpu_time();
  return used.count() / static_cast<double>(consumers.done());
}

}  // namespace tandem::bench
