#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "tandem/base/deadline.hpp"
#include "tandem/base/errors.hpp"
#include "tandem/subprocess/command.hpp"

namespace tandem::subprocess {

/// Something about a program that was started. Python: subprocess.SubprocessError, the base of both others there.
class SubprocessError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A program ended with another exit code than 0, and the caller wanted to hear of it. Python: CalledProcessError.
class CalledProcessError : public SubprocessError {
 public:
  CalledProcessError(int returncode, Command command, std::string out = {}, std::string err = {});

  int returncode() const noexcept { return returncode_; }
  const Command& cmd() const noexcept { return command_; }
  /// What it had written, as far as that was captured. Python: stdout, output.
  const std::string& output() const noexcept { return out_; }
  const std::string& error_output() const noexcept { return err_; }

 private:
  int returncode_;
  Command command_;
  std::string out_, err_;
};

/// A program had not ended when the time was up. Python: TimeoutExpired, which is a SubprocessError; here it is what all waits
/// throw whose deadline has passed.
class TimeoutExpired : public TimeoutError {
 public:
  TimeoutExpired(Command command, Deadline::Clock::duration timeout, std::string out = {}, std::string err = {});

  const Command& cmd() const noexcept { return command_; }
  Deadline::Clock::duration timeout() const noexcept { return timeout_; }
  /// What it had written until then, as far as that is captured.
  const std::string& output() const noexcept { return out_; }
  const std::string& error_output() const noexcept { return err_; }

 private:
  Command command_;
  Deadline::Clock::duration timeout_;
  std::string out_, err_;
};

}  // namespace tandem::subprocess
