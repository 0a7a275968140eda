#include "tandem/subprocess/command.hpp"

#include <algorithm>

namespace tandem::subprocess {

std::string shell_quoted(std::string_view word) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string{word};
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += R"('"'"')";  // out of the quotes, one in others, and in again
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string Command::text() const {
  std::string text;
  for (const std::string& argument : arguments_) {
    if (!text.empty()) text += ' ';
    text += shell_quoted(argument);
  }
  return text;
}

}  // namespace tandem::subprocess
