#include "tandem/subprocess/popen.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/subprocess/launch.hpp"
#include "tandem/sync/descriptors.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::subprocess {
namespace {

using namespace std::chrono_literals;

/// How long a program has to end by itself, once it was asked to.
constexpr auto grace = 1s;

constinit sync::Lock detached_lock{"Detached programs"};
[[maybe_unused]] const bool detached_are_held_over_forks = (sync::hold_over_forks(detached_lock), true);

/// Programs that nobody waits for. Their zombies are taken away when the next one is started, which keeps them few.
class Detached {
 public:
  void add(platform::Fd pidfd) { pidfds_.push_back(std::move(pidfd)); }
  void sweep() {
    if (pidfds_.empty()) return;
    std::vector<platform::Awaited> awaited;
    for (const platform::Fd& pidfd : pidfds_) awaited.push_back({pidfd.get()});
    if (platform::poll_any(awaited, {}, Deadline::passed()) == 0) return;
    const platform::Awaited* next = awaited.data();
    std::erase_if(pidfds_, [&next](const platform::Fd& pidfd) {
      if (!(next++)->ready) return false;
      platform::reap_child(pidfd);
      return true;
    });
  }
  /// In a forked process they are its brothers, and not its to reap.
  void forget_others() {
    if (std::exchange(owner_, platform::this_pid()) != platform::this_pid()) pidfds_.clear();
  }

 private:
  int owner_ = platform::this_pid();
  std::vector<platform::Fd> pidfds_;
};

/// Under detached_lock. Never destroyed: threads may start programs until the end.
Detached& detached() {
  static auto& all = *new Detached;
  all.forget_others();
  return all;
}

void let_run(platform::Fd pidfd) {
  const sync::Guard hold{detached_lock};
  detached().add(std::move(pidfd));
}

void reap_those_let_run() {
  const sync::Guard hold{detached_lock};
  detached().sweep();
}

void refuse_what_is_for_run(const Options& options) {
  const char* const what = options.input            ? ".input"
                           : options.capture_output ? ".capture_output"
                           : options.timeout        ? ".timeout"
                           : options.check          ? ".check"
                                                    : nullptr;
  if (what == nullptr) return;
  throw std::invalid_argument(std::string{what} +
                              " is for run(), which waits for the program's end; a Popen does not. Use communicate() and wait()");
}

}  // namespace

class Popen::State {
 public:
  State(Command command, const Options& options) : command_{std::move(command)} {
    Launched launched = launch(command_, options);
    pid_ = launched.process.pid;
    pidfd_ = std::move(launched.process.pidfd);
    if (launched.in) in_.emplace(std::move(launched.in));
    if (launched.out) out_.emplace(std::move(launched.out));
    if (launched.err) err_.emplace(std::move(launched.err));
  }

  const Command& command() const noexcept { return command_; }
  int pid() const noexcept { return pid_; }
  const platform::Fd& pidfd() const noexcept { return pidfd_; }

  std::optional<int> returncode() {
    const sync::Guard hold{lock_};
    if (is_lost_) throw_lost();
    return returncode_;
  }

  std::optional<int> poll() {
    const sync::Guard hold{lock_};
    if (!returncode_ && !is_lost_ && platform::has_ended(pidfd_)) {
      returncode_ = platform::reap_child(pidfd_);
      is_lost_ = !returncode_;
    }
    if (is_lost_) throw_lost();
    return returncode_;
  }

  std::optional<int> wait(Deadline deadline, const std::stop_token& stop) {
    for (;;) {
      if (const auto ended = poll()) return ended;
      if (!sync::wait_readable(pidfd_.get(), deadline, stop)) return poll();
    }
  }

  void send_signal(int signal) {
    const sync::Guard hold{lock_};
    if (!returncode_ && !is_lost_) platform::send_signal(pidfd_, signal);
  }

  template <class Pipe>
  static Pipe& given(std::optional<Pipe>& pipe, const char* name) {
    if (pipe) return *pipe;
    throw std::logic_error(std::string{name} + " of this program is no pipe: start it with ." + name + " = PIPE");
  }
  std::optional<PipeWriter>& in() noexcept { return in_; }
  std::optional<PipeReader>& out() noexcept { return out_; }
  std::optional<PipeReader>& err() noexcept { return err_; }

  Output communicate(std::optional<std::string> input, Deadline deadline) {
    const auto timeout = deadline.remaining();
    auto all = try_communicate(std::move(input), deadline, {});
    if (!all) throw TimeoutExpired(command_, timeout, buffered(out_), buffered(err_));
    return *std::move(all);
  }
  std::optional<Output> try_communicate(std::optional<std::string> input, Deadline deadline, const std::stop_token& stop) {
    accept(std::move(input));
    if (!exchange(deadline, stop) || !wait(deadline, stop)) return std::nullopt;
    return collected();
  }

  /// For a program that has ended: what it has written; not what those write who have its pipes from it.
  Output collected() {
    Output all;
    if (out_) all.out = take_rest(*out_);
    if (err_) all.err = take_rest(*err_);
    return all;
  }

  void close_pipes() noexcept {
    in_.reset();
    out_.reset();
    err_.reset();
  }
  platform::Fd give_up_pidfd() noexcept { return std::move(pidfd_); }
  /// False in a copy of the process that somebody has made by fork: the program is its brother, and not its to end.
  bool is_child_of_this_process() const noexcept { return started_by_ == platform::this_pid(); }
  bool is_known_to_have_ended() {
    const sync::Guard hold{lock_};
    return returncode_ || is_lost_;
  }

 private:
  [[noreturn]] void throw_lost() const {
    throw SubprocessError("nobody knows how the process " + std::to_string(pid_) + " (" + command_.text() +
                          ") ended: SIGCHLD is ignored in this program, or somebody else has waited for it");
  }

  static std::string buffered(const std::optional<PipeReader>& pipe) {
    return pipe ? std::string{pipe->buffered()} : std::string{};
  }
  static std::string take_rest(PipeReader& pipe) {
    if (!pipe.closed()) pipe.fill();
    pipe.close();
    return pipe.take_buffered();
  }

  void accept(std::optional<std::string> input) {
    if (!input) return;
    if (is_communicating_)
      throw std::invalid_argument("communicate() goes on with the input that it was given first: give none now");
    static_cast<void>(given(in_, "stdin"));
    input_ = *std::move(input);
    is_communicating_ = true;
  }

  /// Moves bytes until all pipes are closed; false if the deadline passed, or stop was requested, first.
  bool exchange(Deadline deadline, const std::stop_token& stop) {
    is_communicating_ = true;
    for (;;) {
      move_what_can_be();
      std::array<platform::Awaited, 3> awaited{{{in_ ? in_->fileno() : -1, false, true}, {fileno(out_)}, {fileno(err_)}}};
      if (std::ranges::all_of(awaited, [](const platform::Awaited& it) { return it.fd < 0; })) return true;
      // Asked for here, too: a program that always has something to write must not keep this for ever.
      if (deadline.expired()) return sync::gave_up(deadline);
      sync::check_interrupt();
      if (stop.stop_requested() || !sync::wait_for_descriptors(awaited, deadline, stop)) return false;
    }
  }
  void move_what_can_be() {
    if (in_ && !in_->closed()) {
      std::string_view rest = std::string_view{input_}.substr(written_);
      const bool reads_on = in_->write_some(rest);
      written_ = input_.size() - rest.size();
      if (!reads_on || rest.empty()) in_->close();
    }
    for (std::optional<PipeReader>* const pipe : {&out_, &err_}) {
      if (*pipe && !(*pipe)->closed() && !(*pipe)->fill()) (*pipe)->close();
    }
  }
  static int fileno(const std::optional<PipeReader>& pipe) noexcept { return pipe ? pipe->fileno() : -1; }

  Command command_;
  int started_by_ = platform::this_pid();
  int pid_ = -1;
  platform::Fd pidfd_;
  std::optional<PipeWriter> in_;
  std::optional<PipeReader> out_, err_;

  // Of communicate().
  std::string input_;
  std::size_t written_ = 0;
  bool is_communicating_ = false;

  sync::Lock lock_;  // of what follows
  std::optional<int> returncode_;
  bool is_lost_ = false;
};

Popen::Popen(Command command, Options options) {
  refuse_what_is_for_run(options);
  reap_those_let_run();
  state_ = std::make_unique<State>(std::move(command), options);
}

Popen::Popen(Popen&&) noexcept = default;

Popen& Popen::operator=(Popen&& other) noexcept {
  if (this != &other) {
    end();
    state_ = std::move(other.state_);
  }
  return *this;
}

Popen::~Popen() { end(); }

void Popen::end() noexcept {
  if (state_ == nullptr) return;
  const sync::Uninterruptible wait;
  state_->close_pipes();
  if (!state_->is_child_of_this_process() || state_->is_known_to_have_ended()) return;
  try {
    if (state_->poll()) return;
    state_->send_signal(SIGTERM);
    if (state_->wait(grace, {})) return;
    state_->send_signal(SIGKILL);
    state_->wait(Deadline::never(), {});
  } catch (const SubprocessError&) {
    // Somebody else has waited for it.
  } catch (const std::system_error&) {
    // It has made itself another user's, whom this process must not signal: nobody can do more than to let it run.
    let_run(state_->give_up_pidfd());
  }
}

const Command& Popen::args() const noexcept { return state_->command(); }
int Popen::pid() const noexcept { return state_->pid(); }
std::optional<int> Popen::returncode() const { return state_->returncode(); }
int Popen::sentinel() const noexcept { return state_->pidfd().get(); }

PipeWriter& Popen::stdin() { return State::given(state_->in(), "stdin"); }
PipeReader& Popen::stdout() { return State::given(state_->out(), "stdout"); }
PipeReader& Popen::stderr() { return State::given(state_->err(), "stderr"); }

std::optional<int> Popen::poll() { return state_->poll(); }

int Popen::wait(Deadline deadline) {
  const auto timeout = deadline.remaining();
  const auto ended = try_wait(deadline);
  if (!ended) throw TimeoutExpired(state_->command(), timeout);
  return *ended;
}

std::optional<int> Popen::try_wait(Deadline deadline) { return state_->wait(deadline, {}); }
std::optional<int> Popen::try_wait(std::stop_token stop, Deadline deadline) { return state_->wait(deadline, stop); }

Output Popen::communicate(Deadline deadline) { return state_->communicate(std::nullopt, deadline); }
Output Popen::communicate(std::string input, Deadline deadline) { return state_->communicate(std::move(input), deadline); }

std::optional<Output> Popen::try_communicate(std::stop_token stop, Deadline deadline) {
  return state_->try_communicate(std::nullopt, deadline, stop);
}
std::optional<Output> Popen::try_communicate(std::string input, std::stop_token stop, Deadline deadline) {
  return state_->try_communicate(std::move(input), deadline, stop);
}

Output Popen::written() { return state_->collected(); }

void Popen::send_signal(int signal) { state_->send_signal(signal); }
void Popen::terminate() { send_signal(SIGTERM); }
void Popen::kill() { send_signal(SIGKILL); }

void Popen::detach() {
  if (!state_->is_known_to_have_ended()) let_run(state_->give_up_pidfd());
  state_.reset();
}

}  // namespace tandem::subprocess
