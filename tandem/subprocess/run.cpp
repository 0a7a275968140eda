#include "tandem/subprocess/run.hpp"

#include <optional>
#include <stdexcept>

#include "tandem/subprocess/popen.hpp"

namespace tandem::subprocess {
namespace {

using namespace std::chrono_literals;

void use_pipe(Redirect& stream, const char* name, const char* option) {
  if (stream != Redirect{}) {
    throw std::invalid_argument(std::string{"."} + option + " makes " + name + " a pipe, so ." + name +
                                " must not be given as well");
  }
  stream = PIPE;
}

Output communicate(Popen& program, std::optional<std::string> input, Deadline deadline) {
  return input ? program.communicate(*std::move(input), deadline) : program.communicate(deadline);
}

}  // namespace

void CompletedProcess::check_returncode() const {
  if (returncode != 0) throw CalledProcessError(returncode, args, stdout, stderr);
}

CompletedProcess run(const Command& command, Options options) {
  const auto timeout = std::exchange(options.timeout, std::nullopt);
  const bool check = std::exchange(options.check, false);
  auto input = std::exchange(options.input, std::nullopt);
  if (input) use_pipe(options.stdin, "stdin", "input");
  if (std::exchange(options.capture_output, false)) {
    use_pipe(options.stdout, "stdout", "capture_output");
    use_pipe(options.stderr, "stderr", "capture_output");
  }
  Popen program{command, std::move(options)};
  CompletedProcess completed{command, 0, {}, {}};
  try {
    Output output = communicate(program, std::move(input), timeout ? Deadline{*timeout} : Deadline::never());
    completed.stdout = std::move(output.out);
    completed.stderr = std::move(output.err);
  } catch (const TimeoutExpired& expired) {
    program.kill();
    program.wait();
    Output output = program.written();
    throw TimeoutExpired(command, *timeout, std::move(output.out), std::move(output.err));
  } catch (const KeyboardInterrupt&) {
    if (!program.try_wait(250ms)) program.kill();
    throw;
  } catch (...) {
    program.kill();
    throw;
  }
  completed.returncode = program.wait();
  if (check) completed.check_returncode();
  return completed;
}

int call(const Command& command, Options options) { return run(command, std::move(options)).returncode; }

void check_call(const Command& command, Options options) {
  options.check = true;
  run(command, std::move(options));
}

std::string check_output(const Command& command, Options options) {
  use_pipe(options.stdout, "stdout", "check_output()");
  options.check = true;
  return run(command, std::move(options)).stdout;
}

std::pair<int, std::string> getstatusoutput(const std::string& line) {
  auto completed = run(line, {.stdout = PIPE, .stderr = STDOUT, .shell = true});
  if (completed.stdout.ends_with('\n')) completed.stdout.pop_back();
  return {completed.returncode, std::move(completed.stdout)};
}

std::string getoutput(const std::string& line) { return getstatusoutput(line).second; }

}  // namespace tandem::subprocess
