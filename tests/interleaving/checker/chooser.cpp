#include "tests/interleaving/checker/chooser.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "tests/interleaving/checker/mix.hpp"

namespace tandem::interleaving {
namespace {

std::size_t number(std::string_view& text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{})
    throw std::invalid_argument("a schedule is written as 17:1,22:2 or -, but here stands '" + std::string{text} + "'");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

std::string Chooser::schedule() const {
  std::string text;
  for (const Taken& taken : taken_) {
    if (!text.empty()) text += ',';
    text.append(std::to_string(taken.at)).append(":").append(std::to_string(taken.way));
  }
  return text.empty() ? "-" : text;
}

Replay::Replay(const std::string& schedule) {
  if (schedule == "-") return;
  for (std::string_view rest = schedule; !rest.empty();) {
    const std::size_t at = number(rest);
    rest.remove_prefix(rest.starts_with(':') ? 1 : 0);
    const std::size_t way = number(rest);
    rest.remove_prefix(rest.starts_with(',') ? 1 : 0);
    if (ways_.size() <= at) ways_.resize(at + 1);
    ways_[at] = way;
  }
}

std::size_t Replay::decide(const Choice& choice) { return std::min(ways_[at()], choice.count - 1); }

// Runs with few switches find other bugs than runs with many.
Random::Random(std::uint64_t seed) noexcept : seed_{mix(seed, 0)}, seldom_{std::uint64_t{2} << (2 * (seed_ >> 62))} {}

std::size_t Random::decide(const Choice& choice) {
  const std::uint64_t number = mix(seed_, at());
  return (number >> 32) % (number % seldom_ == 0 ? choice.count : choice.free);
}

}  // namespace tandem::interleaving
