#include "bench/idle_worker/idle_setting.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/idle_worker/memory_of.hpp"

namespace tandem::bench {
namespace {

constexpr std::size_t big = 1024UL * 1024 * 1024;

}  // namespace

IdleSetting::IdleSetting(const Order& order) {
  const char* const end = order.setting.data() + order.setting.size();
  const auto number = std::from_chars(order.setting.data(), end, workers_);
  const std::string_view rest{number.ptr, static_cast<std::size_t>(end - number.ptr)};
  is_big_ = rest.starts_with("-big-");
  is_own_ = rest.ends_with("-own");
  const bool is_known = rest == "-small-pss" || rest == "-small-own" || rest == "-big-pss" || rest == "-big-own";
  if (!is_known || workers_ < 1) {
    throw std::invalid_argument("'" + std::string{order.setting} + "' is no setting like 8-small-pss, 1-big-own");
  }
}

void IdleSetting::grow() {
  if (!is_big_) return;
  memory_ = std::make_unique_for_overwrite<char[]>(big);
  std::fill_n(memory_.get(), big, 'x');
}

double IdleSetting::mean_memory(const std::vector<pid_t>& processes) const {
  if (processes.size() != static_cast<std::size_t>(workers_))
    throw std::runtime_error("there are more or fewer workers than asked for");
  double sum = 0;
  for (const pid_t process : processes) {
    const Memory memory = memory_of(process);
    sum += static_cast<double>(is_own_ ? memory.own : memory.pss);
  }
  return sum / workers_;
}

}  // namespace tandem::bench
