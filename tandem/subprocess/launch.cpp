#include "tandem/subprocess/launch.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/pipe.hpp"

namespace tandem::subprocess {
namespace {

constexpr std::string_view usual_path = "/bin:/usr/bin";  // Python: os.defpath

void refuse_nul(std::string_view what, std::string_view text) {
  if (text.find('\0') == std::string_view::npos) return;
  throw std::invalid_argument(std::string{what} + " must not contain a NUL byte: it would end there");
}

std::vector<std::string> arguments_of(const Command& command, const Options& options) {
  std::vector<std::string> arguments = command.arguments();
  if (arguments.empty() || (arguments.front().empty() && options.executable.empty())) {
    throw std::invalid_argument("the command is empty: name a program, as in {\"ls\", \"-l\"}");
  }
  for (const std::string& argument : arguments) refuse_nul("an argument of a program", argument);
  // The shell's name tells it what to be: bash that is called sh is another one.
  if (options.shell) arguments.insert(arguments.begin(), {options.executable.empty() ? "/bin/sh" : options.executable, "-c"});
  return arguments;
}

std::optional<std::vector<std::string>> environment_of(const Options& options) {
  if (!options.env) return std::nullopt;
  std::vector<std::string> entries;
  for (const auto& [name, value] : *options.env) {
    if (name.empty() || name.find('=') != std::string::npos) {
      throw std::invalid_argument("\"" + name +
                                  "\" cannot be the name of an environment variable: it must not be empty or contain '='");
    }
    refuse_nul("an environment variable", name);
    refuse_nul("an environment variable", value);
    entries.push_back(name + "=" + value);
  }
  return entries;
}

/// The folders in which a program without a slash in its name is looked for: those of its own environment. Python:
/// os.get_exec_path.
std::string search_path(const Options& options) {
  if (options.env) {
    const auto entry = options.env->find("PATH");
    return entry != options.env->end() ? entry->second : std::string{usual_path};
  }
  const char* const ours = std::getenv("PATH");  // NOLINT: as getenv always, not while another thread changes the environment
  return ours != nullptr ? ours : std::string{usual_path};
}

void name_files(platform::SpawnPlan& plan, const Options& options) {
  const std::string& program = options.executable.empty() ? plan.arguments.front() : options.executable;
  refuse_nul("the path of a program", program);
  plan.program = program;
  if (program.find('/') != std::string::npos) {
    plan.files = {program};
    return;
  }
  const std::string path = search_path(options);
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const std::string folder = path.substr(begin, end - begin);
    plan.files.push_back(folder.empty() ? "./" + program : folder + "/" + program);
    begin = end + 1;
  }
  plan.program += " (looked for in PATH=" + path + ")";
}

/// The ends that the program gets, until it has them, and ours.
class Streams {
 public:
  Streams(const Options& options, Launched& ours) {
    standard_[0] = end_for(options.stdin, options.pipesize, true, ours.in, 0);
    standard_[1] = end_for(options.stdout, options.pipesize, false, ours.out, 1);
    standard_[2] = options.stderr.kind() == Redirect::Kind::as_stdout
                       ? standard_[1]
                       : end_for(options.stderr, options.pipesize, false, ours.err, 2);
  }
  const std::array<int, 3>& standard() const noexcept { return standard_; }

 private:
  int end_for(const Redirect& redirect, int pipesize, bool is_input, platform::Fd& our_end, int inherited) {
    switch (redirect.kind()) {
      case Redirect::Kind::inherit:
        // One that is closed here would be taken for the next file that the program opens.
        return platform::identity_of(inherited) == platform::FileIdentity{} ? keep(platform::open_null()) : inherited;
      case Redirect::Kind::null:
        return keep(platform::open_null());
      case Redirect::Kind::descriptor:
        if (platform::identity_of(redirect.fd()) == platform::FileIdentity{}) {
          throw std::invalid_argument("descriptor " + std::to_string(redirect.fd()) + ", which a program is to use, is not open");
        }
        return redirect.fd();
      case Redirect::Kind::as_stdout:
        throw std::invalid_argument("STDOUT is for stderr: it means where stdout goes");
      case Redirect::Kind::pipe:
        break;
    }
    platform::Pipe pipe = platform::make_pipe(pipesize);
    our_end = std::move(is_input ? pipe.write : pipe.read);
    return keep(std::move(is_input ? pipe.read : pipe.write));
  }
  int keep(platform::Fd fd) {
    theirs_.push_back(std::move(fd));
    return theirs_.back().get();
  }

  std::array<int, 3> standard_{};
  std::vector<platform::Fd> theirs_;
};

void check_pass_fds(const Options& options) {
  for (const int fd : options.pass_fds) {
    if (fd >= 0 && platform::identity_of(fd) != platform::FileIdentity{}) continue;
    throw std::invalid_argument("descriptor " + std::to_string(fd) + " in pass_fds is not open");
  }
  if (!options.close_fds && !options.pass_fds.empty()) {
    throw std::invalid_argument("pass_fds says which descriptors are not closed, so it goes with close_fds = true");
  }
}

}  // namespace

Launched launch(const Command& command, const Options& options) {
  platform::SpawnPlan plan;
  plan.arguments = arguments_of(command, options);
  plan.environment = environment_of(options);
  name_files(plan, options);
  refuse_nul("the folder of a program", options.cwd);
  check_pass_fds(options);
  plan.folder = options.cwd;
  plan.umask = options.umask;
  plan.restore_signals = options.restore_signals;
  plan.new_session = options.start_new_session;
  plan.process_group = options.process_group;
  plan.limits.assign(options.limits.begin(), options.limits.end());
  plan.niceness = options.niceness;
  if (options.extra_groups) {
    plan.groups.emplace();
    for (const Group& group : *options.extra_groups) plan.groups->push_back(group.id());
  }
  if (options.group) plan.group = options.group->id();
  if (options.user) plan.user = options.user->id();
  plan.kept = options.pass_fds;
  plan.close_others = options.close_fds;

  Launched launched{};
  const Streams streams{options, launched};
  plan.standard = streams.standard();
  launched.process = platform::spawn(plan);
  return launched;
}

}  // namespace tandem::subprocess
