#include "bench/lock/exercise.hpp"

#include <charconv>
#include <string>
#include <system_error>

namespace tandem::bench {

LockSetting lock_setting(std::string_view setting) {
  using Figure = LockSetting::Figure;
  if (setting == "uncontended") return {Figure::uncontended, 1};
  const auto dash = setting.find('-');
  const auto figure = setting.substr(0, dash);
  int threads = 0;
  if (dash != std::string_view::npos) std::from_chars(setting.data() + dash + 1, setting.data() + setting.size(), threads);
  if (threads > 0 && figure == "turns") return {Figure::turns, threads};
  if (threads > 0 && figure == "wait") return {Figure::longest_wait, threads};
  throw std::invalid_argument("'" + std::string{setting} + "' is neither uncontended nor turns-N nor wait-N");
}

}  // namespace tandem::bench
