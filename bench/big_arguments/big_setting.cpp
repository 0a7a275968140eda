#include "bench/big_arguments/big_setting.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace tandem::bench {
namespace {

/// Removes the word in front, if it is that one.
bool begins_with(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

[[noreturn]] void throw_damaged() { throw std::runtime_error("what has come is not what was sent"); }

}  // namespace

BigSetting BigSetting::of(const Order& order) {
  std::string_view rest = order.setting;
  BigSetting setting{};
  setting.is_argument = begins_with(rest, "argument-");
  const bool is_known = setting.is_argument || begins_with(rest, "result-");
  setting.is_text = begins_with(rest, "text-");
  const bool has_type = setting.is_text || begins_with(rest, "numbers-");
  const auto number = std::from_chars(rest.data(), rest.data() + rest.size(), setting.size);
  if (!is_known || !has_type || number.ec != std::errc{} || number.ptr != rest.data() + rest.size() || setting.size == 0 ||
      setting.size % sizeof(double) != 0) {
    throw std::invalid_argument("'" + std::string{order.setting} +
                                "' is no setting like argument-text-1048576, result-numbers-8000");
  }
  return setting;
}

std::string make_text(std::size_t size) {
  std::string text(size, 'x');
  text.back() = 'z';
  return text;
}

std::vector<double> make_numbers(std::size_t size) {
  std::vector<double> numbers(size / sizeof(double), 0.5);
  numbers.back() = 2.5;
  return numbers;
}

void check_text(const char* text, std::size_t size, std::size_t expected) {
  if (size != expected || text[0] != 'x' || text[size / 2] != 'x' || text[size - 1] != 'z') throw_damaged();
}

void check_numbers(const std::vector<double>& numbers, std::size_t expected) {
  if (numbers.size() * sizeof(double) != expected) throw_damaged();
  if (numbers.front() != 0.5 || numbers[numbers.size() / 2] != 0.5 || numbers.back() != 2.5) throw_damaged();
}

}  // namespace tandem::bench
