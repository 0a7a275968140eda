#include "bench/support/shared/ping_pong.hpp"

#include <stdexcept>
#include <string>
#include <thread>

namespace tandem::bench {

bool is_met_asleep(std::string_view setting) {
  if (setting == "asleep") return true;
  if (setting == "at_once") return false;
  throw std::invalid_argument("'" + std::string{setting} + "' is neither at_once nor asleep");
}

Number clock_now() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<Number>(std::chrono::nanoseconds{now}.count());
}

void let_sleep() { std::this_thread::sleep_for(std::chrono::microseconds{100}); }

}  // namespace tandem::bench
