#pragma once

#include <cstddef>
#include <string>

#include "bench/pipe/answered.hpp"
#include "bench/support/contender.hpp"
#include "bench/support/shared/flow.hpp"
#include "bench/support/shared/ping_pong.hpp"

namespace tandem::bench {

/// What the setting asks for, through channels that `make` makes.
template <class Processes, class Make>
double exercise(const Order& order, Make make) {
  constexpr std::size_t large = 10'000'000;
  ProcessCrew<Processes> crew{order};
  if (order.setting == "10000000-answered") return answered(order, crew, make(), make(), large);
  if (order.setting.ends_with("1p1c")) return flow<std::string>(order, crew, make());
  return ping_pong(order, crew, make(), make());
}

}  // namespace tandem::bench
