#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "bench/support/crew.hpp"

namespace tandem::bench {

using Item = std::uint64_t;
/// Tells a consumer that it is over.
inline constexpr Item last_item = 0;
/// Room in those that are bounded.
inline constexpr std::size_t capacity = 1'024;

/// "NpNc" -> N. Throws std::invalid_argument for anything else.
int pairs_in(std::string_view setting);

/// Figure: one item through the channel. N producers put as fast as they can, N consumers get, with nothing else to do; 8-byte
/// items. Checks that what came out is what went in. Channel has put(Item) and Item get().
template <class Channel>
double flow(const Order& order, Channel& channel) {
  const int pairs = pairs_in(order.setting);
  std::atomic<Item> put{0};
  std::atomic<Item> got{0};
  Crew consumers;
  Crew producers;
  for (int i = 0; i < pairs; ++i) {
    consumers.add([&](Crew::Member& member) {
      Item sum = 0;
      for (Item item = channel.get(); item != last_item; item = channel.get()) {
        sum += item;
        member.did_one();
      }
      got += sum;
    });
    producers.add([&](Crew::Member& member) {
      Item sum = 0;
      for (Item item = 1; member.goes_on(); ++item) {
        channel.put(item);
        sum += item;
        member.did_one();
      }
      put += sum;
    });
  }
  const double figure = measure_running(order, [&] { return consumers.done(); });
  producers.stop();
  while (consumers.done() != producers.done()) std::this_thread::sleep_for(std::chrono::microseconds{100});
  for (int i = 0; i < pairs; ++i) channel.put(last_item);
  consumers.stop();
  if (put != got) throw std::runtime_error("what came out of the queue is not what went in");
  return figure;
}

}  // namespace tandem::bench
