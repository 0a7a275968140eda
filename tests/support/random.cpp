#include "tests/support/random.hpp"

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace tandem::test {
namespace {

std::uint64_t chosen_seed() {
  const char* given = std::getenv("TANDEM_SEED");
  if (given == nullptr) {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
  }
  return parse_seed(given);
}

}  // namespace

std::uint64_t parse_seed(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::invalid_argument{"TANDEM_SEED must be a number from 0 to 2^64-1, not '" + std::string{text} + "'"};
  }
  return value;
}

std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const std::uint64_t chosen = chosen_seed();
    std::cout << "[   SEED   ] TANDEM_SEED=" << chosen << '\n' << std::flush;
    return chosen;
  }();
  return value;
}

std::mt19937_64 random_engine(std::uint32_t stream) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed()), static_cast<std::uint32_t>(seed() >> 32), stream};
  return std::mt19937_64{sequence};
}

}  // namespace tandem::test
