#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/subprocess/account.hpp"
#include "tandem/subprocess/environment.hpp"
#include "tandem/subprocess/redirect.hpp"

namespace tandem::subprocess {

/// How a program is started: Python's keyword arguments of Popen and run. Members are given in this order:
///
///     run({"make", "-j2"}, {.cwd = "build", .capture_output = true, .timeout = 60s, .check = true});
///
/// In the place of preexec_fn, which may do hardly anything without harm: umask, limits, niceness, process_group,
/// start_new_session.
struct Options {
  // stdin, stdout and stderr are macros of the C library, which stand for themselves in glibc.
  Redirect stdin{}, stdout{}, stderr{};
  /// The bytes that a pipe of this program may hold; 0: as usual, 64 KiB.
  int pipesize = 0;

  bool shell = false;        ///< The command is a line for /bin/sh; what follows it are the line's $0, $1 ...
  std::string executable{};  ///< The file to execute, in the place of the command's first word (or of /bin/sh).
  std::string cwd{};         ///< The folder to start it in. A program named by a relative path is looked for there.
  /// All that is in its environment; nothing: what is in ours. With some more: `auto env = environment(); env["LANG"] = "C";`.
  /// Its PATH is where the program is looked for.
  std::optional<std::map<std::string, std::string>> env{};
  std::optional<unsigned> umask{};

  bool close_fds = true;        ///< It gets no descriptor but 0, 1, 2 and pass_fds; else also those that are not close-on-exec.
  std::vector<int> pass_fds{};  ///< These it gets under the numbers that they have here. Only with close_fds.

  /// No signal is blocked in it, and SIGPIPE and SIGXFSZ are not ignored. If not, both is as on the calling thread. (In Python
  /// blocked signals always stay so.) Other signals that are ignored here are ignored there.
  bool restore_signals = true;
  bool start_new_session = false;
  std::optional<int> process_group{};  ///< To be in; 0: one of its own, whose number is its pid.

  std::optional<User> user{};
  std::optional<Group> group{};
  std::optional<std::vector<Group>> extra_groups{};
  std::optional<int> niceness{};  ///< Absolute, see setpriority(2).
  /// RLIMIT_... : {soft, hard}, see setrlimit(2).
  std::map<int, std::array<unsigned long, 2>> limits{};

  // For run() and its relatives; a Popen refuses them.

  std::optional<std::string> input{};  ///< What it reads from stdin, which is a pipe then.
  bool capture_output = false;         ///< stdout and stderr are pipes.
  std::optional<Deadline::Clock::duration> timeout{};
  bool check = false;  ///< Another exit code than 0 is a CalledProcessError.
};

}  // namespace tandem::subprocess
