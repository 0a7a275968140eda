#pragma once

#include <vector>

#include "bench/process_start/parent.hpp"
#include "bench/support/contender.hpp"

namespace tandem::bench {

inline constexpr int crowd = 1000;
/// So many run at a time; a descriptor each fits into what a program may have open.
inline constexpr int at_once = 100;

/// Nanoseconds for one program. `start()` gives what `wait(started)` needs to wait for its end.
template <class Start, class Wait>
double start_programs(const Order& order, Start start, Wait wait) {
  if (order.setting == "crowd") {
    return measure(order, crowd, [&] {
      for (int begun = 0; begun < crowd; begun += at_once) {
        std::vector<decltype(start())> running;
        running.reserve(at_once);
        for (int i = 0; i < at_once; ++i) running.push_back(start());
        for (auto& program : running) wait(program);
      }
    });
  }
  const Parent parent{order.setting};
  return measure(order, [&] {
    auto program = start();
    wait(program);
  });
}

}  // namespace tandem::bench
