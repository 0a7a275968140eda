#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// What an order's setting says: "argument-text-BYTES", where text may also be numbers and argument result.
struct BigSetting {
  bool is_argument;
  bool is_text;
  std::size_t size;  ///< In bytes; a multiple of 8.

  /// Throws std::invalid_argument for another one.
  static BigSetting of(const Order& order);
};

std::string make_text(std::size_t size);
std::vector<double> make_numbers(std::size_t size);
/// Throw std::runtime_error unless that is what was made. Not all of it is looked at: that would take as long as a copy.
void check_text(const char* text, std::size_t size, std::size_t expected);
void check_numbers(const std::vector<double>& numbers, std::size_t expected);

/// For those who send bytes whatever they are.
using NewMemory = std::unique_ptr<char[]>;

}  // namespace tandem::bench
