#pragma once

#include <string>
#include <utility>

#include "tandem/subprocess/command.hpp"
#include "tandem/subprocess/errors.hpp"
#include "tandem/subprocess/options.hpp"

namespace tandem::subprocess {

/// A program that has run. Python: subprocess.CompletedProcess.
struct CompletedProcess {
  Command args;
  int returncode;      ///< Its exit code, or minus the signal that ended it.
  std::string stdout;  ///< What it wrote, if that was captured.
  std::string stderr;

  /// Throws CalledProcessError unless it is 0.
  void check_returncode() const;
};

/// Runs a program to its end: writes what is its input, and captures what is to be captured, both of any size. Python:
/// subprocess.run.
///
/// Throws as Popen does; TimeoutExpired, and CalledProcessError if `check`. However it is left, the program has ended then: it is
/// killed after the time-out. After a Ctrl-C, which it has probably got, too, it has a quarter of a second to end by itself.
///
/// What children of a killed program write into its pipes is not waited for.
///
///     auto listing = run({"ls", "-l"}, {.capture_output = true, .check = true}).stdout;
CompletedProcess run(const Command& command, Options options = {});

/// Its exit code. Python: subprocess.call.
int call(const Command& command, Options options = {});
/// Throws CalledProcessError unless it is 0. Python: subprocess.check_call.
void check_call(const Command& command, Options options = {});
/// What it writes to stdout. Python: subprocess.check_output.
std::string check_output(const Command& command, Options options = {});

/// Exit code and output, stderr's included, of a line for the shell; without the output's last '\n'. Python: getstatusoutput.
std::pair<int, std::string> getstatusoutput(const std::string& line);
std::string getoutput(const std::string& line);

}  // namespace tandem::subprocess
