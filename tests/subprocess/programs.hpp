#pragma once

// What the tests of subprocess ask of the programs that they start.

#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/subprocess.hpp"

namespace tandem::test {

/// What it writes to stdout, without the last '\n'. Throws as check_output() does.
inline std::string answer(const subprocess::Command& command, subprocess::Options options = {}) {
  std::string text = subprocess::check_output(command, std::move(options));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

/// A field of /proc/self/status, as a program sees its own that is started so.
inline std::string status_field(const std::string& name, subprocess::Options options = {}) {
  std::istringstream lines{answer({"cat", "/proc/self/status"}, std::move(options))};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
  }
  ADD_FAILURE() << "there is no " << name << " in /proc/self/status";
  return {};
}

/// A set of signals there, by bits.
inline unsigned long signals_of(const std::string& name, subprocess::Options options = {}) {
  return std::stoul(status_field(name, std::move(options)), nullptr, 16);
}
constexpr unsigned long bit_of(int signal) { return 1UL << (signal - 1); }

/// The call throws E, whose text begins so; std::system_error also with this code.
template <class E, class Call>
void expect_thrown(Call call, std::string_view begin, int code = 0) {
  try {
    call();
    ADD_FAILURE() << "nothing was thrown, where \"" << begin << "...\" should be";
  } catch (const E& error) {
    EXPECT_TRUE(std::string_view{error.what()}.starts_with(begin)) << "it says: " << error.what();
    if constexpr (std::is_same_v<E, std::system_error>) {
      EXPECT_EQ(error.code().value(), code) << error.what();
    }
  }
}

}  // namespace tandem::test
