#include "bench/support/contender.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/support/median.hpp"

namespace tandem::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// How long each repetition took, in nanoseconds.
std::vector<double> repeat(Clock::duration duration, const std::function<void()>& batch) {
  std::vector<double> took;
  const auto end = Clock::now() + duration;
  for (;;) {
    const auto begin = Clock::now();
    batch();
    const auto now = Clock::now();
    took.push_back(std::chrono::duration<double, std::nano>(now - begin).count());
    if (now >= end) return took;
  }
}

std::chrono::milliseconds to_duration(std::string_view text) {
  int milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (error != std::errc{} || end != text.data() + text.size() || milliseconds < 1) {
    throw std::invalid_argument("'" + std::string{text} + "' is no number of milliseconds");
  }
  return std::chrono::milliseconds{milliseconds};
}

double run_one(int argc, char** argv, std::span<const Named> contenders) {
  std::string names;
  for (const Named& contender : contenders) names.append(" ").append(contender.name);
  if (argc < 3 || argc > 4) throw std::invalid_argument("usage: PROGRAM CONTENDER MILLISECONDS [SETTING]; contenders are" + names);
  const auto wanted = std::find_if(contenders.begin(), contenders.end(), [&](const Named& known) { return known.name == argv[1]; });
  if (wanted == contenders.end()) throw std::invalid_argument("no contender '" + std::string{argv[1]} + "'; there are" + names);
  return wanted->run({.argc = argc, .argv = argv, .duration = to_duration(argv[2]), .setting = argc == 4 ? argv[3] : ""});
}

}  // namespace

double measure(const Order& order, int operations, const std::function<void()>& batch) {
  repeat(order.duration / 10, batch);
  return median(repeat(order.duration, batch)) / operations;
}

double measure_laps(const Order& order, const std::function<std::chrono::nanoseconds()>& lap) {
  repeat(order.duration / 10, lap);
  std::vector<double> took;
  repeat(order.duration, [&] { took.push_back(static_cast<double>(lap().count())); });
  return median(std::move(took));
}

int run(int argc, char** argv, std::span<const Named> contenders) {
  try {
    std::printf("%.1f\n", run_one(argc, argv, contenders));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}

void check(bool ok, const char* call) {
  if (!ok) throw std::system_error(errno, std::system_category(), call);
}

}  // namespace tandem::bench
