#include "tandem/subprocess/environment.hpp"

#include <string_view>

extern "C" char** environ;  // NOLINT: POSIX's name

namespace tandem::subprocess {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    // What has no name, or no '=', is no variable; it is what another program has left there. Of two, getenv(3) sees the first.
    const std::size_t end = text.find('=');
    if (end != 0 && end != std::string_view::npos) variables.emplace(text.substr(0, end), text.substr(end + 1));
  }
  return variables;
}

}  // namespace tandem::subprocess
