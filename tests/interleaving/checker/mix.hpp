#pragma once

#include <cstdint>

namespace tandem::interleaving {

/// One number that stands for two, in this order (the finisher of splitmix64).
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  std::uint64_t z = (a ^ (a >> 32)) * 0x9E3779B97F4A7C15 + b + 0x632BE59BD9B4E019;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

}  // namespace tandem::interleaving
