#include "tandem/multiprocessing/spawned_image.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tandem/base/exception_text.hpp"
#include "tandem/multiprocessing/child_main.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/self_image.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::multiprocessing {
namespace {

constexpr const char* variable = "TANDEM_SPAWNED";

// Long for all that a program may do before the first line of main, short for somebody who waits for one that does not get there.
constexpr std::chrono::seconds patience{30};

std::vector<std::string>& program_arguments() {
  static auto& made = *new std::vector<std::string>;  // never destroyed: processes may be started until the end
  return made;
}

/// What the variable says.
struct Place {
  int pid = 0;  ///< whose place it is: what else that one executes, before it has come to init(), may see the variable
  int channel = -1;
  int arena = -1;
  std::uint32_t number = 0;
  std::uint64_t ignored = 0;
  std::uint64_t blocked = 0;

  std::string text() const {
    std::ostringstream out;
    out << pid << ' ' << channel << ' ' << arena << ' ' << number << ' ' << ignored << ' ' << blocked;
    return out.str();
  }
};

std::optional<Place> place_in(const char* text) {
  std::istringstream in{text};
  Place place;
  if (!(in >> place.pid >> place.channel >> place.arena >> place.number >> place.ignored >> place.blocked)) return std::nullopt;
  return place;
}

/// Nothing in a process that was not executed anew.
std::optional<Place> own_place() {
  const char* text = std::getenv(variable);  // NOLINT: there is one thread
  if (text == nullptr) return std::nullopt;
  const auto place = place_in(text);
  if (!place) {
    throw std::runtime_error("the environment variable " + std::string{variable} + " is tandem's own and makes no sense ('" + text +
                             "'): do not set it");
  }
  return place->pid == platform::this_pid() ? place : std::nullopt;
}

constexpr const char* what_to_do =
    "a process of the start method 'spawn' executes the program anew, and takes its place there. Make tandem::init(argc, argv) the "
    "first line of main, whatever the arguments are, or use the start method 'forkserver'\n";

bool waits_for_init = false;

void end_without_init() {
  if (!waits_for_init) return;
  platform::write_to_stderr("tandem: this process has come to its end and not to tandem::init: ");
  platform::write_to_stderr(what_to_do);
  platform::exit_now(1);
}

void late_for_init(int /*signal*/) {
  platform::write_to_stderr("tandem: this process has not come to tandem::init within 30 s: ");
  platform::write_to_stderr(what_to_do);
  platform::exit_now(1);
}
static_assert(patience == std::chrono::seconds{30}, "the message says so");

/// Looks, before main begins, whether somebody waits for this process to take its place; whoever then does not is to say so.
[[maybe_unused]] const bool is_awaited = [] {
  const char* text = std::getenv(variable);                            // NOLINT: there is one thread
  const auto place = text != nullptr ? place_in(text) : std::nullopt;  // what makes no sense, init() will complain of
  waits_for_init = place && place->pid == platform::this_pid();
  if (!waits_for_init) return false;
  platform::on_end(late_for_init);
  std::atexit(end_without_init);
  return true;
}();

}  // namespace

void remember_program(int argc, char** argv) {
  for (int i = 0; i < argc; ++i) program_arguments().emplace_back(argv[i]);
}

platform::Signals remembered_signals() { return {SIGCHLD, SIGALRM}; }

void execute_anew(Newborn newborn, const platform::SignalState& signals) noexcept {
  try {
    const int arena = shared::Arena::instance().file().get();
    platform::keep_across_exec(newborn.channel.get());
    platform::keep_across_exec(arena);
    const Place place{platform::this_pid(), newborn.channel.get(), arena, newborn.number, signals.ignored(), signals.blocked()};
    ::setenv(variable, place.text().c_str(), 1);
    platform::end_in(patience);
    platform::execute_self(program_arguments());
  } catch (...) {
    platform::write_to_stderr(("tandem: a process of the start method 'spawn' could not execute the program anew: " +
                               base::exception_text(std::current_exception()) + "\n")
                                  .c_str());
  }
  platform::exit_now(1);
}

void take_place_if_spawned() {
  const auto place = own_place();
  ::unsetenv(variable);
  if (!place) return;
  platform::call_off_end();
  platform::flush_output();  // what this main has printed on its way here, the main process has printed before; stdout is /dev/null
  waits_for_init = false;
  platform::Fd channel{place->channel};
  platform::Fd arena{place->arena};
  platform::close_across_exec(channel.get());
  platform::close_across_exec(arena.get());
  shared::Arena::inherit(std::move(arena), place->number);
  child_main(std::move(channel), platform::SignalState{remembered_signals(), place->ignored, place->blocked});
}

}  // namespace tandem::multiprocessing
