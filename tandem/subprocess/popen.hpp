#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/subprocess/command.hpp"
#include "tandem/subprocess/errors.hpp"
#include "tandem/subprocess/options.hpp"
#include "tandem/subprocess/pipe_reader.hpp"
#include "tandem/subprocess/pipe_writer.hpp"

namespace tandem::subprocess {

/// What a program wrote.
struct Output {
  std::string out, err;
};

/// A program that was started and runs beside this one. Python: subprocess.Popen.
///
/// The constructor returns when the program has begun. It throws std::system_error that names the step that failed ("chdir
/// /nowhere: ...", "execve nosuch (looked for in PATH=...): ..."), or std::invalid_argument for what cannot be meant; nothing has
/// been started then. It takes as long in a large program with many threads as in a small one, and no descriptor of ours gets into
/// the program, whatever other threads start at the same time. tandem::init() is not needed.
///
/// Its end is seen by a pidfd of its own: no SIGCHLD handler, nobody else's children are touched, and a signal never hits a
/// stranger that has got its pid. poll, wait, send_signal and what is made of them may be called from any thread; communicate and
/// the pipes by one at a time. A moved-from Popen may only be assigned to or destroyed.
///
/// The destructor closes the pipes; a program that still runs is asked to end by SIGTERM, killed a second later, and waited for.
/// (Python's `with` waits for as long as it takes, its `del` lets it run.) detach() lets it run.
///
/// Where Python has files and text, here are bytes and a pipe without a buffer: no bufsize, text, encoding; std::string holds both.
/// In the place of preexec_fn there are Options.
///
///     Popen sort{{"sort", "-n"}, {.stdin = PIPE, .stdout = PIPE}};
///     auto [sorted, errors] = sort.communicate("2\n10\n1\n");
class Popen {
 public:
  explicit Popen(Command command, Options options = {});
  Popen(std::initializer_list<Argument> command, Options options = {}) : Popen{Command{command}, std::move(options)} {}
  Popen(Popen&&) noexcept;
  /// Ends the program that was here as the destructor does.
  Popen& operator=(Popen&& other) noexcept;
  ~Popen();

  /// Python: args.
  const Command& args() const noexcept;
  /// Stays what it was when the program has ended, and may belong to another process then.
  int pid() const noexcept;
  /// Nothing as long as nobody has seen its end by poll() or wait(); its exit code, or minus the signal that ended it.
  std::optional<int> returncode() const;
  /// Can be read (poll, select, epoll) once it has ended.
  int sentinel() const noexcept;

  /// Our ends of its pipes. Throws std::logic_error if that stream is no PIPE.
  PipeWriter& stdin();
  PipeReader& stdout();
  PipeReader& stderr();

  /// Whether it has ended, and how. Throws SubprocessError if nobody can know, because SIGCHLD is ignored in this process or
  /// somebody else has waited for it, where Python says 0. So do wait() and returncode() then.
  std::optional<int> poll();
  /// Waits for its end. Throws TimeoutExpired. A program with a PIPE that nobody reads may never end: communicate() reads.
  int wait(Deadline deadline = Deadline::never());
  /// Nothing if the deadline passed, or stop was requested, first.
  std::optional<int> try_wait(Deadline deadline);
  std::optional<int> try_wait(std::stop_token stop, Deadline deadline = Deadline::never());

  /// Writes `input` to its stdin and closes that, reads its stdout and stderr to their ends, all at the same time, and waits for
  /// the end of the program. Throws TimeoutExpired, which has what was written until then; the next call goes on where that one
  /// stopped, and must not have input. That the program does not read all of it is no error.
  Output communicate(Deadline deadline = Deadline::never());
  Output communicate(std::string input, Deadline deadline = Deadline::never());
  /// Nothing if the deadline passed, or stop was requested, first: the program runs on, and the next call goes on.
  std::optional<Output> try_communicate(std::stop_token stop, Deadline deadline = Deadline::never());
  std::optional<Output> try_communicate(std::string input, std::stop_token stop, Deadline deadline = Deadline::never());

  /// For a program that has ended: what it has written and nobody has read. Other than communicate() it does not wait for those who
  /// have its pipes from it to close them. Closes our ends.
  Output written();

  /// No matter if it has ended. Throws std::system_error if that is forbidden.
  void send_signal(int signal);
  void terminate();
  void kill();

  /// The program may run on for as long as it likes. Gives up the pipes and all knowledge of it; it is reaped when it has ended and
  /// the next program is started. Only destruction and assignment make sense after it.
  void detach();

 private:
  class State;

  void end() noexcept;

  std::unique_ptr<State> state_;
};

}  // namespace tandem::subprocess
