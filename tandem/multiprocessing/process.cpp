#include "tandem/multiprocessing/process.hpp"

#include <csignal>
#include <utility>

#include "tandem/multiprocessing/family.hpp"
#include "tandem/multiprocessing/process_state.hpp"

namespace tandem::multiprocessing {

std::string ProcessHandle::name() const { return state_->name(); }
bool ProcessHandle::daemon() const { return state_->daemon(); }
int ProcessHandle::pid() const { return state_->pid(); }
bool ProcessHandle::is_alive() const { return state_->is_alive(); }
std::optional<int> ProcessHandle::exitcode() const { return state_->exitcode(); }
int ProcessHandle::sentinel() const { return state_->sentinel(); }
bool ProcessHandle::join(Deadline deadline) const { return state_->join(deadline, {}); }
bool ProcessHandle::join(std::stop_token stop, Deadline deadline) const { return state_->join(deadline, stop); }
void ProcessHandle::terminate() const { state_->send_signal(SIGTERM, "terminate"); }
void ProcessHandle::kill() const { state_->send_signal(SIGKILL, "kill"); }
void ProcessHandle::interrupt() const { state_->send_signal(SIGINT, "interrupt"); }

namespace {

/// For the next Process that is made without anything, which takes it: those behind it are its parts.
thread_local std::shared_ptr<void> to_be_loaded;

}  // namespace

Process::BeingLoaded::BeingLoaded() : self_{State::of_this_process()} { to_be_loaded = self_; }
Process::BeingLoaded::~BeingLoaded() {
  to_be_loaded.reset();
  self_->is_loaded();
}

Process::Process(remote::Call call) : ProcessHandle{std::make_shared<State>(std::move(call))} {}
Process::Process(remote::Call call, StartMethod method) : ProcessHandle{std::make_shared<State>(std::move(call), method)} {}
Process::Process(Inherited inherited) : ProcessHandle{std::make_shared<State>(std::move(inherited.function), StartMethod::fork)} {}
Process::Process()
    : ProcessHandle{to_be_loaded ? std::static_pointer_cast<State>(std::exchange(to_be_loaded, nullptr))
                                 : std::make_shared<State>(Work{})} {}

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

std::string Process::authkey() const { return state_->authkey(); }
void Process::authkey(std::string new_key) { state_->authkey(std::move(new_key)); }
void Process::run() { state_->run(); }

void Process::start_with(Work work) {
  Family& family = Family::instance();  // made before the child, so that the end of the program finds it
  state_->start(std::move(work));
  family.add(state_);
}

int Process::detach_with(Work work) {
  Family::instance();
  return state_->detach(std::move(work));
}

void Process::start() & { start_with({}); }

void Process::start() && {
  start_with({});
  keep();
}

int Process::detach() { return detach_with({}); }

void Process::by(StartMethod method) { state_->method(method); }

void Process::keep() { Family::instance().keep(std::move(*this)); }

std::vector<ProcessHandle> active_children() { return Family::instance().alive(); }

}  // namespace tandem::multiprocessing
