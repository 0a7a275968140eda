#include "tandem/multiprocessing/start_method.hpp"

#include <array>
#include <stdexcept>
#include <string>

#include "tandem/base/atomics.hpp"

namespace tandem::multiprocessing {
namespace {

constexpr std::array<std::string_view, 3> names{"forkserver", "spawn", "fork"};  // by their numbers

// What set_start_method() was given, or none. Relaxed: it orders nothing but itself.
constexpr std::uint32_t none = 0xffffffff;
constinit base::Atomic<std::uint32_t> chosen{none};

}  // namespace

std::string_view name_of(StartMethod method) noexcept { return names[static_cast<std::size_t>(method)]; }

StartMethod start_method_of(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<StartMethod>(i);
  }
  throw std::invalid_argument("there is no start method '" + std::string{name} + "': choose 'fork', 'forkserver' or 'spawn'");
}

StartMethod default_start_method() noexcept {
  const std::uint32_t method = chosen.load(std::memory_order_relaxed);
  return method == none ? StartMethod::forkserver : static_cast<StartMethod>(method);
}

void adopt_start_method(StartMethod method) noexcept {
  chosen.store(static_cast<std::uint32_t>(method), std::memory_order_relaxed);
}

std::string_view get_start_method() noexcept { return name_of(default_start_method()); }

void set_start_method(std::string_view name, bool force) {
  const StartMethod method = start_method_of(name);
  std::uint32_t expected = none;
  if (chosen.compare_exchange_strong(expected, static_cast<std::uint32_t>(method), std::memory_order_relaxed)) return;
  if (!force) {
    throw std::logic_error("set_start_method: it is '" + std::string{get_start_method()} +
                           "' already; call it once, at the beginning of main, or say set_start_method(name, true)");
  }
  adopt_start_method(method);
}

std::vector<std::string_view> get_all_start_methods() { return {names.begin(), names.end()}; }

}  // namespace tandem::multiprocessing
