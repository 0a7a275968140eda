#include "tandem/subprocess/errors.hpp"

#include <sstream>

#include "tandem/platform/signal_name.hpp"

namespace tandem::subprocess {
namespace {

std::string text_of(int returncode, const Command& command) {
  const std::string name = "the command " + command.text();
  if (returncode >= 0) return name + " ended with exit code " + std::to_string(returncode);
  return name + " was ended by " + platform::signal_name(-returncode);
}

std::string text_of(const Command& command, Deadline::Clock::duration timeout) {
  std::ostringstream text;
  text << "the command " << command.text() << " had not ended after " << std::chrono::duration<double>(timeout).count() << " s";
  return text.str();
}

}  // namespace

CalledProcessError::CalledProcessError(int returncode, Command command, std::string out, std::string err)
    : SubprocessError{text_of(returncode, command)},
      returncode_{returncode},
      command_{std::move(command)},
      out_{std::move(out)},
      err_{std::move(err)} {}

TimeoutExpired::TimeoutExpired(Command command, Deadline::Clock::duration timeout, std::string out, std::string err)
    : TimeoutError{text_of(command, timeout)},
      command_{std::move(command)},
      timeout_{timeout},
      out_{std::move(out)},
      err_{std::move(err)} {}

}  // namespace tandem::subprocess
