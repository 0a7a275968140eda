#include "tandem/multiprocessing/child_main.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include "tandem/base/exception_text.hpp"
#include "tandem/multiprocessing/birth.hpp"
#include "tandem/multiprocessing/family.hpp"
#include "tandem/multiprocessing/pool_worker.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/signal_state.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/remote/channel.hpp"

namespace tandem::multiprocessing {
namespace {

using platform::ExitCode;
constexpr ExitCode failed = 1;

void print_exception(const char* when) noexcept {
  const std::string text = base::exception_text(std::current_exception());
  std::fprintf(stderr, "Exception in process %s%s: %s\n", current_process().name().c_str(), when, text.c_str());
}

/// Nothing if the parent has ended before it could say anything.
std::optional<Birth> hear_birth(remote::Channel& channel) {
  remote::Channel::Received received;
  if (channel.receive(received) == remote::Channel::Receive::closed) return std::nullopt;
  return to_birth(received.body(), received.descriptors());
}

void become(Birth& birth, const platform::SignalState& signals) {
  std::move(birth.surroundings).take_on();
  zygote::adopt(std::move(birth.zygote));
  take_identity(birth, Title::command_line);
  (birth.kind == Birth::Kind::pool_worker ? signals.ignoring(SIGINT) : signals).restore();
}

/// An exception that leaves it is printed.
template <class Work>
ExitCode do_work(Work work) {
  try {
    work();
    return 0;
  } catch (...) {
    print_exception("");
    return failed;
  }
}

void log_end(ExitCode code) {
  if (const Logger log = get_logger(); log.is_enabled_for(LogLevel::info)) {
    log.info("process exiting with exitcode " + std::to_string(code));
  }
}

/// How a forked process ends, whichever way it comes there.
[[noreturn]] void end_forked(ExitCode code) noexcept {
  end_family();
  log_end(code);
  platform::flush_output();
  platform::exit_now(code);
}

ExitCode run_process(remote::Channel channel) {
  remote::Channel::Received received;
  if (channel.receive(received) == remote::Channel::Receive::closed) return failed;
  channel.close();
  remote::Message nobody_reads_it;
  remote::InputArchive in{received.body(), received.descriptors(), received.objects()};
  remote::OutputArchive out{nobody_reads_it};
  return do_work([&] { remote::run_call(in, out); });
}

/// All of a process's life but its end.
ExitCode live(remote::Channel channel, const platform::SignalState& signals) {
  auto birth = hear_birth(channel);
  if (!birth) return failed;
  become(*birth, signals);
  get_logger().info("child process calling run()");
  const bool is_worker = birth->kind == Birth::Kind::pool_worker;
  channel.peer(birth->parent_number);
  const ExitCode code = is_worker ? run_pool_worker(std::move(channel)) : run_process(std::move(channel));
  end_family();
  log_end(code);
  return code;
}

}  // namespace

void child_main(platform::Fd fd, const platform::SignalState& signals) {
  ExitCode code = failed;
  try {
    code = live(remote::Channel{std::move(fd)}, signals);
  } catch (...) {
    print_exception(", before or after its own work");
    code = failed;
  }
  platform::flush_output();
  platform::exit_now(code);
}

void run_forked(Birth birth, base::UniqueFunction<void()> work) {
  ExitCode code = failed;
  try {
    platform::end_exit_by(end_forked);
    Family::instance().forget();
    take_identity(birth, Title::comm);  // the command line is memory of the program's, and stays
    get_logger().info("child process calling run()");
    code = do_work(std::move(work));
  } catch (...) {
    print_exception(", before or after its own work");
  }
  end_forked(code);
}

void rehearse_child_main(const std::string& name) {
  Birth birth;
  birth.name = name;
  // No parent: a descriptor that is kept here would be closed a second time, by its number, in each child.
  birth.surroundings = platform::Surroundings::of_this_process();
  auto [ours, theirs] = remote::Channel::pair();
  ours.send(Birth::Kind::process, to_message(std::move(birth)));
  ours.send(Birth::Kind::process, remote::make_call([] {}).message);
  live(std::move(theirs), platform::SignalState{{}});
  platform::flush_output();
}

}  // namespace tandem::multiprocessing
