#include "bench/support/shared/flow.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace tandem::bench {

FlowSetting flow_setting(std::string_view setting) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(setting.data(), setting.data() + setting.size(), size);
  const std::string_view rest{end, setting.data() + setting.size()};
  if (error == std::errc{} && size >= sizeof(Number)) {
    for (const int pairs : {1, 2}) {
      const std::string number = std::to_string(pairs);
      const std::string flow = "-" + number + "p" + number + "c";
      if (rest == flow) return {size, pairs, FlowSetting::Figure::time};
      if (rest == flow + "-cpu") return {size, pairs, FlowSetting::Figure::cpu_time};
    }
  }
  throw std::invalid_argument("'" + std::string{setting} + "' is no number of bytes with -1p1c or -2p2c, and -cpu or nothing");
}

std::uint64_t Side::done() const noexcept {
  std::uint64_t sum = 0;
  for (const ProcessSeat* seat : seats) sum += seat->done();
  return sum;
}

Number Side::sum() const noexcept {
  Number sum = 0;
  for (const ProcessSeat* seat : seats) sum += seat->result();
  return sum;
}

std::chrono::nanoseconds Side::cpu_time() const noexcept {
  std::chrono::nanoseconds sum{};
  for (const ProcessSeat* seat : seats) sum += seat->cpu_time();
  return sum;
}

bool Side::is_finished() const noexcept {
  return std::all_of(seats.begin(), seats.end(), [](const ProcessSeat* seat) { return seat->is_finished(); });
}

}  // namespace tandem::bench
