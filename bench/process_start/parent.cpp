#include "bench/process_start/parent.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>

namespace tandem::bench {
namespace {

constexpr std::size_t big = 1024UL * 1024 * 1024;
constexpr int threads = 8;

void sleep_until_stopped(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock hold{mutex};
  never.wait(hold, stop, [] { return false; });
}

}  // namespace

Parent::Parent(std::string_view setting) {
  if (setting == "small") return;
  if (setting != "big") throw std::invalid_argument("'" + std::string{setting} + "' is neither small nor big");
  memory_ = std::make_unique_for_overwrite<char[]>(big);
  std::fill_n(memory_.get(), big, 'x');
  for (int i = 0; i < threads; ++i) sleepers_.emplace_back(sleep_until_stopped);
}

}  // namespace tandem::bench
