#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::subprocess {

/// One word of a command. Not simply a std::string, which {"ls", "-l"} would take for the two ends of a text.
class Argument {
 public:
  template <std::convertible_to<std::string_view> S>
  Argument(const S& text) : text_{std::string_view{text}} {}  // NOLINT: reads as an element of args

  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// A program and its arguments, as it finds them in argv: {"grep", "-c", "x"}. One string is a program without arguments, or, with
/// `.shell = true`, a line for the shell. Python: args.
class Command {
 public:
  Command(std::initializer_list<Argument> arguments) {  // NOLINT: reads as args
    for (const Argument& argument : arguments) arguments_.push_back(argument.text());
  }
  Command(std::vector<std::string> arguments) noexcept : arguments_{std::move(arguments)} {}  // NOLINT
  template <std::convertible_to<std::string_view> S>
  Command(const S& program) : arguments_{std::string{std::string_view{program}}} {}  // NOLINT

  const std::vector<std::string>& arguments() const noexcept { return arguments_; }

  /// As one would type it into a shell: `grep -c 'two words'`. Python: shlex.join.
  std::string text() const;

  friend bool operator==(const Command&, const Command&) = default;

 private:
  std::vector<std::string> arguments_;
};

/// One word of it, in quotes if the shell would not leave it as it is. Python: shlex.quote.
std::string shell_quoted(std::string_view word);

}  // namespace tandem::subprocess
