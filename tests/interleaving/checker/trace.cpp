#include "tests/interleaving/checker/trace.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace tandem::interleaving {
namespace {

constexpr std::size_t most_lines = 200;

std::string_view after_last(std::string_view text, char mark) {
  const std::size_t at = text.rfind(mark);
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

/// "LockWord::try_acquire" of "bool tandem::sync::LockWord<F>::try_acquire() [with F = ...]".
std::string short_name(std::string_view function) {
  std::string plain;  // without template arguments and what follows the name
  for (int depth = 0; const char c : function) {
    if (depth == 0 && c == '(') break;
    if (c == '<') ++depth;
    if (depth == 0) plain += c;
    if (c == '>') --depth;
  }
  const std::string_view whole = after_last(plain, ' ');
  const std::size_t last = whole.rfind("::");
  if (last == std::string_view::npos || last == 0) return std::string{whole};
  const std::size_t before = whole.rfind("::", last - 1);
  return std::string{before == std::string_view::npos ? whole : whole.substr(before + 2)};
}

std::string line_of(std::size_t number, const Step& step, const std::vector<std::string>& threads) {
  const std::string who = step.thread < 0 ? "-" : threads[static_cast<std::size_t>(step.thread)];
  std::string what = step.operation;
  if (step.object != 0) what += " w" + std::to_string(step.object);
  if (step.kind == Step::Kind::read) what += ": " + std::to_string(step.after);
  if (step.kind == Step::Kind::written) what += ": " + std::to_string(step.before) + " -> " + std::to_string(step.after);
  std::string line(256, ' ');
  const int length = std::snprintf(line.data(), line.size(), "  %s%4zu  %-10s %-40s", step.preempted ? "!" : " ", number,
                                   who.c_str(), what.c_str());
  line.resize(std::min(line.size() - 1, static_cast<std::size_t>(length)));
  if (step.where.line() != 0) {
    line.append(" ").append(short_name(step.where.function_name())).append("  ").append(after_last(step.where.file_name(), '/'));
    line.append(":").append(std::to_string(step.where.line()));
  }
  return line + "\n";
}

}  // namespace

std::string Trace::text(const std::vector<std::string>& threads) const {
  std::string text;
  const std::size_t first = steps_.size() > most_lines ? steps_.size() - most_lines : 0;
  if (first != 0) text += "     ... " + std::to_string(first) + " steps before these\n";
  for (std::size_t i = first; i < steps_.size(); ++i) text += line_of(i + 1, steps_[i], threads);
  return text;
}

}  // namespace tandem::interleaving
