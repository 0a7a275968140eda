#include "bench/map_many/items.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <stdexcept>
#include <string>
#include <system_error>

#include <sched.h>

namespace tandem::bench {
namespace {

/// Of the generator below; 4 cycles of the processor each.
constexpr int steps = 600;

}  // namespace

std::uint64_t work(int item) {
  std::uint64_t state = static_cast<std::uint64_t>(item);
  for (int i = 0; i < steps; ++i) state = state * 6364136223846793005U + 1442695040888963407U;
  return state;
}

MapSetting map_setting(const Order& order) {
  MapSetting setting{.items = 0, .chunksize = {}};
  const char* const end = order.setting.data() + order.setting.size();
  auto read = std::from_chars(order.setting.data(), end, setting.items);
  if (read.ec == std::errc{} && read.ptr != end && *read.ptr == '-') {
    read = std::from_chars(read.ptr + 1, end, setting.chunksize.emplace());
  }
  if (read.ec != std::errc{} || read.ptr != end || setting.items < 1) {
    throw std::invalid_argument("'" + std::string{order.setting} + "' is neither ITEMS nor ITEMS-CHUNKSIZE");
  }
  return setting;
}

std::vector<int> numbers(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Not all of them: to compute them again takes as long as what is measured.
void check_results(const std::vector<std::uint64_t>& results) {
  const std::size_t step = std::max<std::size_t>(results.size() / 1000, 1);
  for (std::size_t i = 0; i < results.size(); i += step) {
    if (results[i] != work(static_cast<int>(i))) throw std::runtime_error("item " + std::to_string(i) + " has another's result");
  }
  if (results.empty() || results.back() != work(static_cast<int>(results.size()) - 1)) {
    throw std::runtime_error("the last result is not that of the last item");
  }
}

int cores_for(int threads) {
  cpu_set_t allowed;
  check(::sched_getaffinity(0, sizeof allowed, &allowed) == 0, "sched_getaffinity");
  return std::min(threads, CPU_COUNT(&allowed));
}

}  // namespace tandem::bench
