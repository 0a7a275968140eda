#include "tandem/multiprocessing/process.hpp"

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "tandem/multiprocessing/birth.hpp"
#include "tandem/multiprocessing/family.hpp"
#include "tandem/multiprocessing/process_state.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/remote/channel.hpp"
#include "tandem/sync/descriptors.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::multiprocessing {
namespace {

/// How long a daemon is given between SIGTERM and SIGKILL.
constexpr auto grace = std::chrono::seconds{1};

}  // namespace

ProcessHandle::State::State(remote::Call call)
    : identity_{next_child_identity()}, daemon_{current_process().daemon()}, call_{std::move(call)}, maker_{platform::this_pid()} {
  name_ = "Process-" + identity_;
}

std::string ProcessHandle::State::name() {
  const sync::Guard hold{lock_};
  return name_;
}

void ProcessHandle::State::name(std::string new_name) {
  const sync::Guard hold{lock_};
  expect_not_started("name");
  name_ = std::move(new_name);
}

bool ProcessHandle::State::daemon() {
  const sync::Guard hold{lock_};
  return daemon_;
}

void ProcessHandle::State::daemon(bool dies_with_us) {
  const sync::Guard hold{lock_};
  expect_not_started("daemon");
  daemon_ = dies_with_us;
}

void ProcessHandle::State::expect_not_started(const char* call) const {
  if (started_) throw std::logic_error("Process::" + std::string{call} + ": '" + name_ + "' was started already");
}

void ProcessHandle::State::start() {
  const sync::Guard hold{lock_};
  if (started_) throw std::logic_error("Process '" + name_ + "' was started before: a process runs once, make a new one");
  if (closed_) throw std::logic_error("Process '" + name_ + "' was closed: make a new one");
  if (current_process().daemon()) {
    throw std::logic_error("Process '" + name_ + "' cannot be started: '" + current_process().name() +
                           "' is a daemon, and daemons may not have children. Make it with daemon(false), or use a pool");
  }
  Birth birth = birth_of_child();
  birth.kind = Birth::Kind::process;
  birth.name = name_;
  birth.identity = identity_;
  birth.daemon = daemon_;
  auto [ours, theirs] = remote::Channel::pair();
  ChildProcess child =
      zygote::fork(std::move(theirs).release(), daemon_ ? zygote::WhenWeEnd::is_killed : zygote::WhenWeEnd::lives_on);
  ours.peer(child.number());
  // If it is killed before it has heard all, nothing is to be done here: its exit code tells.
  if (ours.send(birth.kind, to_message(birth))) static_cast<void>(ours.send(birth.kind, call_->message));
  call_.reset();
  child_.emplace(std::move(child));
  started_ = true;
}

void ProcessHandle::State::close() {
  const sync::Guard hold{lock_};
  if (child_ && !child_->has_ended()) {
    throw std::logic_error("Process::close: '" + name_ + "' is still running: join() or terminate() it first");
  }
  child_.reset();
  call_.reset();
  closed_ = true;
}

ChildProcess& ProcessHandle::State::child(const char* call) {
  const std::string what = "Process::" + std::string{call} + ": '" + name_ + "' ";
  if (maker_ != platform::this_pid()) throw std::logic_error(what + "is no child of this process: only who started it may ask");
  if (closed_) throw std::logic_error(what + "was closed");
  if (!started_) throw std::logic_error(what + "was not started: call start() first");
  return *child_;
}

int ProcessHandle::State::pid() {
  const sync::Guard hold{lock_};
  return child("pid").pid();
}

int ProcessHandle::State::sentinel() {
  const sync::Guard hold{lock_};
  return child("sentinel").pidfd().get();
}

bool ProcessHandle::State::is_alive() {
  const sync::Guard hold{lock_};
  if (!started_ && !closed_) return false;
  return !child("is_alive").has_ended();
}

std::optional<int> ProcessHandle::State::exitcode() {
  const sync::Guard hold{lock_};
  if (!started_ && !closed_) return std::nullopt;
  return child("exitcode").exit_code();
}

bool ProcessHandle::State::join(Deadline deadline) {
  for (;;) {
    int line = -1;
    {
      const sync::Guard hold{lock_};
      ChildProcess& mine = child("join");
      if (mine.has_ended()) return true;
      line = mine.fileno();
    }
    // Without the lock, so that others can ask meanwhile. The descriptor stays: close() refuses while the process runs.
    if (!sync::wait_readable(line, deadline)) {
      const sync::Guard hold{lock_};
      return child("join").has_ended();
    }
  }
}

void ProcessHandle::State::send_signal(int signal, const char* call) {
  const sync::Guard hold{lock_};
  static_cast<void>(child(call).send_signal(signal));
}

bool ProcessHandle::State::is_running() {
  const sync::Guard hold{lock_};
  return child_ && maker_ == platform::this_pid() && !child_->has_ended();
}

void ProcessHandle::State::ask_daemon_to_end() noexcept {
  if (daemon() && is_running()) send_signal(SIGTERM, "terminate");
}

void ProcessHandle::State::end() noexcept {
  if (!is_running()) return;
  const sync::Uninterruptible wait;
  ask_daemon_to_end();
  if (daemon() && !join(grace)) send_signal(SIGKILL, "kill");
  join(Deadline::never());
}

std::string ProcessHandle::name() const { return state_->name(); }
bool ProcessHandle::daemon() const { return state_->daemon(); }
int ProcessHandle::pid() const { return state_->pid(); }
bool ProcessHandle::is_alive() const { return state_->is_alive(); }
std::optional<int> ProcessHandle::exitcode() const { return state_->exitcode(); }
int ProcessHandle::sentinel() const { return state_->sentinel(); }
bool ProcessHandle::join(Deadline deadline) const { return state_->join(deadline); }
void ProcessHandle::terminate() const { state_->send_signal(SIGTERM, "terminate"); }
void ProcessHandle::kill() const { state_->send_signal(SIGKILL, "kill"); }
void ProcessHandle::interrupt() const { state_->send_signal(SIGINT, "interrupt"); }

Process::Process(remote::Call call) : ProcessHandle{std::make_shared<State>(std::move(call))} {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    end();
    state_ = std::move(other.state_);
  }
  return *this;
}

Process::~Process() { end(); }

void Process::end() noexcept {
  if (state_ != nullptr) state_->end();
}

void Process::name(std::string new_name) { state_->name(std::move(new_name)); }
void Process::daemon(bool dies_with_us) { state_->daemon(dies_with_us); }
void Process::close() { state_->close(); }

void Process::start() & {
  Family& family = Family::instance();  // made before the child, so that the end of the program finds it
  state_->start();
  family.add(state_);
}

void Process::start() && {
  static_cast<Process&>(*this).start();
  Family::instance().keep(std::move(*this));
}

std::vector<ProcessHandle> active_children() { return Family::instance().alive(); }

}  // namespace tandem::multiprocessing
