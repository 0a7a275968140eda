#include "tandem/http/date.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace tandem::http {

std::string http_date(std::int64_t seconds) {
  using namespace std::chrono;
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds moment{std::chrono::seconds{seconds}};
  const auto day = floor<std::chrono::days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", days.at(weekday{day}.c_encoding()),
                static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
                static_cast<int>(date.year()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

std::string_view http_date_now() {
  thread_local std::int64_t second = -1;
  thread_local std::string text;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  if (now != second) {
    text = http_date(now);
    second = now;
  }
  return text;
}

}  // namespace tandem::http
