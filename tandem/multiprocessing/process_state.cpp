#include "tandem/multiprocessing/process_state.hpp"

#include <chrono>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "tandem/multiprocessing/birth.hpp"
#include "tandem/multiprocessing/child_main.hpp"
#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/family.hpp"
#include "tandem/multiprocessing/fork_self.hpp"
#include "tandem/multiprocessing/logger.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/signal_name.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/channel.hpp"
#include "tandem/sync/descriptors.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::multiprocessing {
namespace {

/// How long a daemon is given between SIGTERM and SIGKILL.
constexpr auto grace = std::chrono::seconds{1};

std::string end_in_words(ChildProcess& child) {
  try {
    const int code = child.exit_code().value_or(0);
    return code < 0 ? "killed by " + platform::signal_name(-code) : "exit code " + std::to_string(code);
  } catch (const std::runtime_error& unknown) {  // to who asks for the exit code it is an error
    return unknown.what();
  }
}

}  // namespace

ProcessHandle::State::State(Work work, std::optional<StartMethod> method)
    : identity_{next_child_identity()},
      daemon_{current_process().daemon()},
      authkey_{current_process().authkey()},
      method_{method},
      work_{std::move(work)},
      maker_{platform::this_pid()} {
  name_ = "Process-" + identity_;
}

ProcessHandle::State::State(Self /*marks it*/)
    : name_{current_process().name()},
      daemon_{current_process().daemon()},
      authkey_{current_process().authkey()},
      started_{true},
      is_self_{true},
      is_being_loaded_{true},
      maker_{platform::this_pid()} {}

std::shared_ptr<ProcessHandle::State> ProcessHandle::State::of_this_process() { return std::make_shared<State>(Self{}); }

void ProcessHandle::State::is_loaded() noexcept {
  const sync::Guard hold{lock_};
  is_being_loaded_ = false;
}

std::string ProcessHandle::State::name() {
  const sync::Guard hold{lock_};
  return is_self_ ? current_process().name() : name_;
}

void ProcessHandle::State::name(std::string new_name) {
  const sync::Guard hold{lock_};
  if (is_being_loaded_) return;
  if (is_self_) current_process().name(new_name);
  name_ = std::move(new_name);
}

bool ProcessHandle::State::daemon() {
  const sync::Guard hold{lock_};
  return daemon_;
}

void ProcessHandle::State::daemon(bool dies_with_us) {
  const sync::Guard hold{lock_};
  if (is_being_loaded_) return;
  expect_not_started("daemon");
  daemon_ = dies_with_us;
}

void ProcessHandle::State::expect_not_started(const char* call) const {
  if (started_) throw std::logic_error("Process::" + std::string{call} + ": '" + name_ + "' was started already");
}

std::string ProcessHandle::State::authkey() {
  const sync::Guard hold{lock_};
  return is_self_ ? current_process().authkey() : authkey_;
}

void ProcessHandle::State::authkey(std::string new_key) {
  if (new_key.empty()) throw std::invalid_argument("Process::authkey: an empty key keeps nobody out");
  const sync::Guard hold{lock_};
  if (is_being_loaded_) return;
  if (is_self_) return current_process().authkey(std::move(new_key));
  expect_not_started("authkey");
  authkey_ = std::move(new_key);
}

void ProcessHandle::State::expect_ours(const char* call) const {
  if (maker_ == platform::this_pid()) return;
  throw std::logic_error("Process::" + std::string{call} + ": it is no child of this process: only who made it may ask");
}

void ProcessHandle::State::expect_startable() const {
  if (closed_) throw std::invalid_argument("Process '" + name_ + "' was closed: make a new one");
  if (started_) throw std::logic_error("Process '" + name_ + "' was started before: a process runs once, make a new one");
  if (current_process().daemon()) {
    throw std::logic_error("Process '" + name_ + "' cannot be started: '" + current_process().name() +
                           "' is a daemon, and daemons may not have children. Make it with daemon(false), or use a pool");
  }
}

void ProcessHandle::State::method(StartMethod method) {
  const sync::Guard hold{lock_};
  method_ = method;
}

StartMethod ProcessHandle::State::prepare(Work work) {
  expect_startable();
  if (!std::holds_alternative<std::monostate>(work)) work_ = std::move(work);
  if (std::holds_alternative<std::monostate>(work_)) {
    throw std::logic_error(
        "Process '" + name_ +
        "' has nothing to do: if it is of a derived class, make it by multiprocessing::make<T>(...), which sends "
        "it to the new process; and a function that was inherited runs once only, and has");
  }
  if (std::holds_alternative<base::UniqueFunction<void()>>(work_)) return StartMethod::fork;
  return method_.value_or(default_start_method());
}

void ProcessHandle::State::describe(Birth& birth) const {
  birth.kind = Birth::Kind::process;
  birth.name = name_;
  birth.identity = identity_;
  birth.daemon = daemon_;
  birth.authkey = authkey_;
}

ChildProcess ProcessHandle::State::launch(StartMethod method) {
  Birth birth = birth_of_child();
  auto [ours, theirs] = remote::Channel::pair();
  ChildProcess child =
      zygote::fork(std::move(theirs).release(), daemon_ ? zygote::WhenWeEnd::is_killed : zygote::WhenWeEnd::lives_on, method);
  ours.peer(child.number());
  // If it is killed before it has heard all, nothing is to be done here: its exit code tells.
  describe(birth);
  if (ours.send(Birth::Kind::process, to_message(std::move(birth)))) {
    static_cast<void>(ours.send(birth.kind, std::get<remote::Call>(work_).message));
  }
  return child;
}

void ProcessHandle::State::become_self() noexcept {
  started_ = true;
  is_self_ = true;
  maker_ = platform::this_pid();
}

void ProcessHandle::State::log_start(StartMethod method, int pid) const {
  if (const Logger log = get_logger(); log.is_enabled_for(LogLevel::info)) {
    log.info("process '" + name_ + "' started: pid " + std::to_string(pid) + ", by " + std::string{name_of(method)});
  }
}

void ProcessHandle::State::start(Work work) {
  expect_ours("start");
  std::optional<Birth> ours;  // in the child
  {
    const sync::Guard hold{lock_};
    const StartMethod method = prepare(std::move(work));
    if (method == StartMethod::fork) {
      Birth birth = birth_of_forked_child();
      describe(birth);
      child_ = fork_self(daemon_ ? zygote::WhenWeEnd::is_killed : zygote::WhenWeEnd::lives_on);
      if (!child_) ours = std::move(birth);
    } else {
      child_.emplace(launch(method));
    }
    if (child_) {
      work_ = {};
      started_ = true;
      log_start(method, child_->pid());
    } else {
      become_self();
    }
  }
  if (ours) live(std::move(*ours));
}

int ProcessHandle::State::detach(Work work) {
  expect_ours("detach");
  std::optional<Birth> ours;  // in the child
  int pid = 0;
  {
    const sync::Guard hold{lock_};
    if (daemon_) {
      throw std::logic_error("Process::detach: '" + name_ +
                             "' is a daemon, which ends when this process does: call daemon(false), or start() it");
    }
    const StartMethod method = prepare(std::move(work));
    if (method == StartMethod::fork) {
      Birth birth = birth_of_forked_child();
      describe(birth);
      pid = fork_self_twice();
      if (pid == 0) ours = std::move(birth);
    } else {
      pid = launch(method).pid();
    }
    if (pid != 0) {
      work_ = {};
      started_ = detached_ = true;
      log_start(method, pid);
    } else {
      become_self();
    }
  }
  if (ours) live(std::move(*ours));
  return pid;
}

void ProcessHandle::State::live(Birth birth) {
  run_forked(std::move(birth), [this] {
    Work work = std::exchange(work_, {});
    auto* const call = std::get_if<remote::Call>(&work);
    remote::Attachments::settle_in_child(call != nullptr ? &call->message.attachments : nullptr);
    do_work(std::move(work));
  });
}

void ProcessHandle::State::do_work(Work work) {
  if (auto* function = std::get_if<base::UniqueFunction<void()>>(&work)) return (*function)();
  auto& message = std::get<remote::Call>(work).message;
  remote::Message nobody_reads_it;
  remote::InputArchive in{message.bytes, message.descriptors, message.objects};
  remote::OutputArchive out{nobody_reads_it};
  remote::run_call(in, out);
}

void ProcessHandle::State::run() {
  Work work;
  {
    const sync::Guard hold{lock_};
    if (const auto* call = std::get_if<remote::Call>(&work_)) {
      work = remote::Call{remote::duplicate(call->message)};
    } else {
      work = std::exchange(work_, {});
    }
    if (std::holds_alternative<std::monostate>(work)) {
      throw std::logic_error("Process::run: '" + name_ + "' has no function here: it was sent to the process, or has run");
    }
  }
  do_work(std::move(work));
}

void ProcessHandle::State::forget() noexcept {
  // Of a process that another thread of the parent was busy with, the copy of that thread's work is left as it is.
  if (!lock_.try_lock()) return;
  child_.reset();
  lock_.unlock();
}

bool ProcessHandle::State::has_ended(ChildProcess& mine) {
  if (!mine.has_ended()) return false;
  if (const Logger log = get_logger(); !std::exchange(is_logged_, true) && log.is_enabled_for(LogLevel::info)) {
    log.info("process '" + name_ + "' (pid " + std::to_string(mine.pid()) + ") ended: " + end_in_words(mine));
  }
  return true;
}

void ProcessHandle::State::close() {
  expect_ours("close");
  const sync::Guard hold{lock_};
  if (child_ && !has_ended(*child_)) {
    throw std::invalid_argument("Process::close: '" + name_ + "' is still running: join() or terminate() it first");
  }
  child_.reset();
  work_ = {};
  closed_ = true;
}

ChildProcess& ProcessHandle::State::child(const char* call) {
  const std::string what = "Process::" + std::string{call} + ": '" + name_ + "' ";
  if (closed_) throw std::invalid_argument(what + "was closed");
  if (detached_) throw std::logic_error(what + "was let go by detach(): nobody can ask for it any more");
  if (!started_) throw std::logic_error(what + "was not started: call start() first");
  if (is_self_) throw std::logic_error(what + "is this process itself: only who started it may ask");
  return *child_;
}

int ProcessHandle::State::pid() {
  expect_ours("pid");
  const sync::Guard hold{lock_};
  return is_self_ ? maker_ : child("pid").pid();
}

int ProcessHandle::State::sentinel() {
  expect_ours("sentinel");
  const sync::Guard hold{lock_};
  return child("sentinel").pidfd().get();
}

bool ProcessHandle::State::is_alive() {
  expect_ours("is_alive");
  const sync::Guard hold{lock_};
  if (!started_ && !closed_) return false;
  return is_self_ || !has_ended(child("is_alive"));
}

std::optional<int> ProcessHandle::State::exitcode() {
  expect_ours("exitcode");
  const sync::Guard hold{lock_};
  if ((!started_ && !closed_) || is_self_) return std::nullopt;
  ChildProcess& mine = child("exitcode");
  if (!has_ended(mine)) return std::nullopt;
  return mine.exit_code();
}

bool ProcessHandle::State::join(Deadline deadline, const std::stop_token& stop) {
  expect_ours("join");
  for (;;) {
    int line = -1;
    {
      const sync::Guard hold{lock_};
      ChildProcess& mine = child("join");
      if (has_ended(mine)) return true;
      line = mine.fileno();
    }
    // Without the lock, so that others can ask meanwhile. The descriptor stays: close() refuses while the process runs.
    if (!sync::wait_readable(line, deadline, stop)) {
      const sync::Guard hold{lock_};
      return has_ended(child("join"));
    }
  }
}

void ProcessHandle::State::send_signal(int signal, const char* call) {
  expect_ours(call);
  const sync::Guard hold{lock_};
  ChildProcess& mine = child(call);
  if (mine.send_signal(signal) && get_logger().is_enabled_for(LogLevel::info)) {
    get_logger().info("process '" + name_ + "' (pid " + std::to_string(mine.pid()) + ") was sent " + platform::signal_name(signal));
  }
}

bool ProcessHandle::State::is_running() {
  if (maker_ != platform::this_pid()) return false;
  const sync::Guard hold{lock_};
  return child_ && !child_->has_ended();
}

void ProcessHandle::State::ask_daemon_to_end() noexcept {
  if (daemon() && is_running()) send_signal(SIGTERM, "terminate");
}

void ProcessHandle::State::end() noexcept {
  if (!is_running()) return;
  const sync::Uninterruptible wait;
  ask_daemon_to_end();
  if (daemon() && !join(grace, {})) send_signal(SIGKILL, "kill");
  join(Deadline::never(), {});
}

}  // namespace tandem::multiprocessing
