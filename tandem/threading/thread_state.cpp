#include "tandem/threading/thread_state.hpp"

#include <stdexcept>
#include <system_error>
#include <utility>

#include "tandem/platform/process.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/parker.hpp"
#include "tandem/threading/after_fork.hpp"
#include "tandem/threading/excepthook.hpp"
#include "tandem/threading/kept_threads.hpp"
#include "tandem/threading/stack_size.hpp"

namespace tandem::threading {
namespace {

/// All that are alive. Each is in it as long as something else owns it.
constinit sync::Lock roll_lock{"Thread roll"};
constinit base::IntrusiveList<ThreadState> roll;  // guarded by roll_lock
[[maybe_unused]] const bool roll_is_held_over_forks = (sync::hold_over_forks(roll_lock), true);

void enlist(ThreadState& state) noexcept {
  const sync::Guard hold{roll_lock};
  roll.push_back(state);
}

void strike_off(ThreadState& state) noexcept {
  const sync::Guard hold{roll_lock};
  if (state.linked()) roll.remove(state);
}

// The state of the thread that runs here; nullptr as long as nobody has asked for that of a stranger.
constinit thread_local ThreadState* running = nullptr;
constinit thread_local bool is_over = false;  // the thread has lost its Own

/// What a thread that is not main owns of itself; goes when the thread does.
class Own {
 public:
  ~Own() {
    is_over = true;
    running = nullptr;
    if (state_) state_->ended();
  }
  void take(std::shared_ptr<ThreadState> state) noexcept {
    state_ = std::move(state);
    running = state_.get();
  }

 private:
  std::shared_ptr<ThreadState> state_;
};
thread_local Own own;

std::string next_name(const char* prefix, base::Atomic<unsigned>& last) {
  return prefix + std::to_string(last.fetch_add(1, std::memory_order_relaxed) + 1);
}
constinit base::Atomic<unsigned> last_thread{0};
constinit base::Atomic<unsigned> last_dummy{0};

bool on_main_thread() noexcept { return platform::native_thread_id() == platform::this_pid(); }

// Made before main() runs, if the library is linked into the program: so it is the main thread that gives it its id.
[[maybe_unused]] const std::shared_ptr<ThreadState> main_known = ThreadState::main();

}  // namespace

ThreadState::ThreadState()
    : kind_{Kind::made},
      name_{next_name("Thread-", last_thread)},
      // A stranger counts as a daemon, but nobody meant that; so what it starts is none.
      daemon_{running != nullptr && running->kind_ == Kind::made && running->daemon()} {}

ThreadState::ThreadState(Kind kind)
    : kind_{kind},
      name_{kind == Kind::main ? "MainThread" : next_name("Dummy-", last_dummy)},
      started_{true},
      daemon_{kind == Kind::foreign} {
  begun_.set();
  if (kind == Kind::main && !on_main_thread()) return;  // its ident is known when it asks
  ident_.store(sync::current(), std::memory_order_relaxed);
  native_id_.store(platform::native_thread_id(), std::memory_order_relaxed);
}

/// Never destroyed: threads may ask while the program ends.
std::shared_ptr<ThreadState>& ThreadState::main_place() {
  static auto& state = *new std::shared_ptr<ThreadState>{[] {
    auto made = std::make_shared<ThreadState>(Kind::main);
    enlist(*made);
    return made;
  }()};
  return state;
}

std::shared_ptr<ThreadState> ThreadState::main() { return main_place(); }

void ThreadState::forget_others() noexcept {
  while (ThreadState* state = roll.front()) roll.remove(*state);
  // A new one: the parent's main thread, which this one need not have been, may be asked for by handles to it.
  main_place() = std::make_shared<ThreadState>(Kind::main);
  roll.push_back(*main_place());
  running = main_place().get();
}

void forget_other_threads() noexcept {
  ThreadState::forget_others();
  forget_kept_threads();
}

std::shared_ptr<ThreadState> ThreadState::current() {
  if (running != nullptr) return running->shared_from_this();
  if (on_main_thread()) {
    std::shared_ptr<ThreadState> state = main();
    state->ident_.store(sync::current(), std::memory_order_relaxed);
    running = state.get();
    return state;
  }
  auto state = std::make_shared<ThreadState>(Kind::foreign);
  if (is_over) return state;  // asked by a destructor of the thread's very last variables: known to nobody else
  enlist(*state);
  own.take(state);
  return state;
}

void ThreadState::start(Body& body) {
  const sync::Guard hold{lock_};
  if (started_) throw std::logic_error("Thread '" + name_ + "' was started before: a thread runs once, make a new one");
  body_ = std::move(body);
  self_ = shared_from_this();
  enlist(*this);
  try {
    thread_.start(&ThreadState::entry, this, stack_size());
  } catch (const std::system_error& error) {
    strike_off(*this);
    self_.reset();
    body = std::move(body_);
    throw std::system_error(error.code(), "Thread '" + name_ + "' cannot be started: pthread_create, with a stack of " +
                                              (stack_size() == 0 ? "the default size" : std::to_string(stack_size()) + " bytes"));
  }
  started_ = true;
}

void* ThreadState::entry(void* state) noexcept {
  auto& self = *static_cast<ThreadState*>(state);
  own.take(std::move(self.self_));
  self.run();
  return nullptr;
}

void ThreadState::run() noexcept {
  ident_.store(sync::current(), std::memory_order_relaxed);
  native_id_.store(platform::native_thread_id(), std::memory_order_relaxed);
  begun_.set();
  platform::set_thread_name(name());
  try {
    body_(stop_.get_token());
  } catch (...) {
    call_excepthook({std::current_exception(), ref(shared_from_this())});
  }
  body_.reset();  // what the function was given ends with it, and not with the last handle
  ended();
}

void ThreadState::ended() noexcept {
  strike_off(*this);
  finished_.set();
}

bool ThreadState::join(Deadline deadline, const std::stop_token* stop) {
  if (!started()) throw std::logic_error("Thread '" + name() + "' cannot be joined before it is started");
  if (is_current()) throw std::logic_error("Thread '" + name() + "' cannot join itself");
  if (kind_ == Kind::foreign) throw std::logic_error("Thread '" + name() + "' cannot be joined: it was not started by tandem");
  return await_end(deadline, stop);
}

bool ThreadState::await_end(Deadline deadline, const std::stop_token* stop) {
  // The system's way to wait knows neither deadlines nor Ctrl-C, and blocks the thread. Where that is all right it saves a sleep.
  const bool to_the_last =
      kind_ == Kind::made && deadline.is_never() && stop == nullptr && sync::interrupt_fd() == -1 && sync::may_block_thread();
  if (!to_the_last && !(stop == nullptr ? finished_.wait(deadline) : finished_.wait(*stop, deadline))) return false;
  join_native();  // what is left of a thread whose function has ended takes a moment, for which a deadline does not count
  return true;
}

void ThreadState::end() noexcept {
  stop_.request_stop();
  if (!started()) return;
  if (daemon() || is_current()) {
    if (!joining_.acquire(false)) return;  // somebody joins it, and need not be waited for
    if (thread_.joinable()) thread_.detach();
    joining_.release();
    return;
  }
  const sync::Uninterruptible to_its_end;
  await_end(Deadline::never(), nullptr);
}

void ThreadState::join_native() noexcept {
  const sync::Guard hold{joining_};
  if (thread_.joinable()) thread_.join();
}

std::string ThreadState::name() {
  const sync::Guard hold{lock_};
  return name_;
}

void ThreadState::name(std::string new_name) {
  const sync::Guard hold{lock_};
  name_ = std::move(new_name);
}

void ThreadState::daemon(bool daemon) {
  const sync::Guard hold{lock_};
  if (started_) throw std::logic_error("Thread '" + name_ + "' was started: daemon must be set before");
  daemon_.store(daemon, std::memory_order_relaxed);
}

sync::ActorId ThreadState::ident() noexcept {
  await_begun();
  return ident_.load(std::memory_order_relaxed);
}

int ThreadState::native_id() noexcept {
  if (kind_ == Kind::main) return platform::this_pid();  // also in the child of a fork
  await_begun();
  return native_id_.load(std::memory_order_relaxed);
}

bool ThreadState::started() noexcept {
  const sync::Guard hold{lock_};
  return started_;
}

/// Takes a moment at most.
void ThreadState::await_begun() noexcept {
  const sync::Uninterruptible moment;
  if (started()) begun_.wait();
}

std::string ThreadRef::name() const { return state_->name(); }
void ThreadRef::name(std::string new_name) { state_->name(std::move(new_name)); }
bool ThreadRef::daemon() const noexcept { return state_->daemon(); }
sync::ActorId ThreadRef::ident() const noexcept { return state_->ident(); }
int ThreadRef::native_id() const noexcept { return state_->native_id(); }
bool ThreadRef::is_alive() const noexcept { return state_->is_alive(); }
bool ThreadRef::join(Deadline deadline) { return state_->join(deadline); }
bool ThreadRef::join(std::stop_token stop, Deadline deadline) { return state_->join(deadline, &stop); }
bool ThreadRef::request_stop() noexcept { return state_->stop().request_stop(); }
std::stop_token ThreadRef::stop_token() const noexcept { return state_->stop().get_token(); }

ThreadRef current_thread() { return ThreadState::ref(ThreadState::current()); }
ThreadRef main_thread() { return ThreadState::ref(ThreadState::main()); }

std::vector<ThreadRef> enumerate() {
  std::vector<ThreadRef> alive;
  const sync::Guard hold{roll_lock};
  alive.reserve(roll.size());
  for (ThreadState* state = roll.front(); state != nullptr; state = roll.next(*state)) {
    alive.push_back(ThreadState::ref(state->shared_from_this()));
  }
  return alive;
}

std::size_t active_count() {
  const sync::Guard hold{roll_lock};
  return roll.size();
}

int get_native_id() noexcept { return platform::native_thread_id(); }

}  // namespace tandem::threading
