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
#include "tandem/platform/process_title.hpp"
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

void become(Birth& birth) {
  std::move(birth.surroundings).take_on();
  zygote::adopt(std::move(birth.zygote));
  take_identity(birth);
  platform::set_process_title("tandem: " + birth.name);
}

ExitCode run_process(remote::Channel channel) {
  remote::Channel::Received received;
  if (channel.receive(received) == remote::Channel::Receive::closed) return failed;
  channel.close();
  remote::Message nobody_reads_it;
  remote::InputArchive in{received.body(), received.descriptors()};
  remote::OutputArchive out{nobody_reads_it};
  try {
    remote::run_call(in, out);
    return 0;
  } catch (...) {
    print_exception("");
    return failed;
  }
}

}  // namespace

void child_main(platform::Fd fd) {
  ExitCode code = failed;
  try {
    remote::Channel channel{std::move(fd)};
    auto birth = hear_birth(channel);
    if (!birth) platform::exit_now(failed);
    become(*birth);
    switch (birth->kind) {
      case Birth::Kind::process:
        code = run_process(std::move(channel));
        break;
      case Birth::Kind::pool_worker:
        platform::ignore_signals({SIGINT});
        code = run_pool_worker(std::move(channel));
        break;
    }
    end_family();
  } catch (...) {
    print_exception(", before or after its own work");
    code = failed;
  }
  platform::flush_output();
  platform::exit_now(code);
}

}  // namespace tandem::multiprocessing
