#include "apps/crawl/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace tandem::crawl {

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return bytes == 1 ? "1 byte" : fmt::format("{} bytes", bytes);
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would round to "1024.0 KiB"
  while (value >= 1023.95 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  const bool whole = value == std::floor(value);
  return whole ? fmt::format("{:.0f} {}", value, units[unit]) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  double value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(value) || value < 0) return {};
  auto unit = text.substr(static_cast<std::size_t>(rest - text.data()));
  if (unit.size() > 1 && unit.front() == ' ') unit.remove_prefix(1);

  constexpr std::string_view letters = "KMGTP";
  double factor = 1;
  if (!unit.empty() && unit != "B") {
    const auto power = letters.find(unit.front() == 'k' ? 'K' : unit.front());
    const auto ending = unit.substr(1);
    if (power == std::string_view::npos || !(ending.empty() || ending == "iB" || ending == "B")) return {};
    factor = std::pow(1024.0, static_cast<double>(power + 1));
  }
  const double bytes = value * factor;
  // 2^63, not 2^64: SQLite and libcurl count with a sign
  if (bytes >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return {};
  return static_cast<std::uint64_t>(bytes);
}

std::string format_duration(std::chrono::nanoseconds duration) {
  using namespace std::chrono;
  if (duration < 1s) return fmt::format("{} ms", round<milliseconds>(duration).count());
  if (duration < 60s) return fmt::format("{:.1f} s", static_cast<double>(round<milliseconds>(duration).count()) / 1000);
  const auto seconds = round<std::chrono::seconds>(duration).count();
  if (seconds < 3600) return fmt::format("{}:{:02} min", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02} h", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace tandem::crawl
