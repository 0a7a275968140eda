#include "tandem/threading/thread.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include "tandem/base/exception_text.hpp"
#include "tandem/platform/thread.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::threading {

class Thread::State {
 public:
  explicit State(Body body) : body_{std::move(body)} {
    static base::Atomic<unsigned> last{0};
    name_ = "Thread-" + std::to_string(last.fetch_add(1, std::memory_order_relaxed) + 1);
  }

  void start(const std::shared_ptr<State>& self) {
    const sync::Guard hold{lock_};
    if (started_) throw std::logic_error("Thread '" + name_ + "' was started before: a thread runs once, make a new one");
    try {
      thread_ = std::thread{[self] { self->run(); }};
    } catch (const std::system_error& error) {
      throw std::system_error(error.code(), "Thread '" + name_ + "' cannot be started");
    }
    started_ = true;
  }

  bool join(Deadline deadline) {
    {
      const sync::Guard hold{lock_};
      if (!started_) throw std::logic_error("Thread '" + name_ + "' cannot be joined before it is started");
    }
    if (is_current()) throw std::logic_error("Thread '" + name() + "' cannot join itself");
    if (!finished_.wait(deadline)) return false;
    // The function has ended; what is left of the thread takes a moment, for which the deadline does not count.
    const sync::Guard hold{joining_};
    if (thread_.joinable()) thread_.join();
    return true;
  }

  /// For the destructor, which must not throw: nothing to do, or stop and join. A thread that destroys itself is let go.
  void end() noexcept {
    stop_.request_stop();
    if (!started()) return;
    if (is_current()) {
      thread_.detach();
      return;
    }
    const sync::Uninterruptible to_its_end;
    finished_.wait();
    const sync::Guard hold{joining_};
    if (thread_.joinable()) thread_.join();
  }

  bool is_alive() noexcept { return started() && !finished_.is_set(); }

  std::string name() {
    const sync::Guard hold{lock_};
    return name_;
  }
  void name(std::string new_name) {
    const sync::Guard hold{lock_};
    name_ = std::move(new_name);
  }

  sync::ActorId ident() noexcept {
    await_begun();
    return ident_.load(std::memory_order_relaxed);
  }
  int native_id() noexcept {
    await_begun();
    return native_id_.load(std::memory_order_relaxed);
  }
  std::stop_source& stop() noexcept { return stop_; }

 private:
  bool started() noexcept {
    const sync::Guard hold{lock_};
    return started_;
  }
  /// Takes a moment at most.
  void await_begun() noexcept {
    const sync::Uninterruptible moment;
    if (started()) begun_.wait();
  }
  bool is_current() const noexcept { return ident_.load(std::memory_order_relaxed) == sync::current(); }

  void run() noexcept {
    ident_.store(sync::current(), std::memory_order_relaxed);
    native_id_.store(platform::native_thread_id(), std::memory_order_relaxed);
    begun_.set();
    platform::set_thread_name(name());
    try {
      body_(stop_.get_token());
    } catch (...) {
      const std::string text = base::exception_text(std::current_exception());
      std::fprintf(stderr, "Exception in thread %s: %s\n", name().c_str(), text.c_str());
    }
    body_.reset();  // what the function was given ends with it, and not with the last handle
    finished_.set();
  }

  sync::Lock lock_{"Thread"};
  std::string name_;      // guarded by lock_
  bool started_ = false;  // guarded by lock_
  std::thread thread_;    // written under lock_ by start(); joined under joining_
  sync::Lock joining_{"Thread.join"};
  Body body_;  // the thread's own once it runs
  std::stop_source stop_;
  sync::Event begun_;  // the two ids are there. Who asks for them waits for that; start() does not
  sync::Event finished_;
  base::Atomic<sync::ActorId> ident_{sync::nobody};  // both written once by the thread itself; 0 until then
  base::Atomic<int> native_id_{0};
};

namespace {

/// The threads that were started as temporaries.
class Registry {
 public:
  /// At exit: stops and joins them, and those that they start meanwhile. Any thread may be the one that calls exit().
  void drain() {
    for (;;) {
      std::vector<Thread> ending;  // destroyed, that is joined, after the lock is free
      {
        const sync::Guard hold{lock_};
        ending.swap(kept_);
      }
      if (ending.empty()) return;
      for (Thread& thread : ending) thread.request_stop();  // all at once, so that they end side by side
    }
  }

  void keep(Thread thread) {
    std::vector<Thread> ended;  // destroyed, that is joined, after the lock is free
    const sync::Guard hold{lock_};
    const auto tail = std::partition(kept_.begin(), kept_.end(), [](const Thread& kept) { return kept.is_alive(); });
    ended.assign(std::move_iterator{tail}, std::move_iterator{kept_.end()});
    kept_.erase(tail, kept_.end());
    kept_.push_back(std::move(thread));
  }

 private:
  sync::Lock lock_{"Thread registry"};
  std::vector<Thread> kept_;  // guarded by lock_; each is stopped and joined by drain()
};

Registry& registry() {
  // Never destroyed, since threads may be started while the program ends; drained by atexit instead.
  static Registry& instance = []() -> Registry& {
    auto* made = new Registry;
    std::atexit([] { registry().drain(); });
    return *made;
  }();
  return instance;
}

}  // namespace

void end_kept_threads() { registry().drain(); }

Thread::Thread(Body body, Bound) : state_{std::make_shared<State>(std::move(body))} {}

Thread& Thread::operator=(Thread&& other) noexcept {
  if (this != &other) {
    end();
    state_ = std::move(other.state_);
  }
  return *this;
}

Thread::~Thread() { end(); }

void Thread::end() noexcept {
  if (state_ != nullptr) state_->end();
}

void Thread::start() & { state_->start(state_); }

void Thread::start() && {
  Registry& keeper = registry();  // made before the thread, which is thus joined before older statics that it may use are destroyed
  state_->start(state_);
  keeper.keep(std::move(*this));
}

bool Thread::join(Deadline deadline) { return state_->join(deadline); }
bool Thread::is_alive() const noexcept { return state_->is_alive(); }
std::string Thread::name() const { return state_->name(); }
void Thread::name(std::string new_name) { state_->name(std::move(new_name)); }
sync::ActorId Thread::ident() const noexcept { return state_->ident(); }
int Thread::native_id() const noexcept { return state_->native_id(); }
bool Thread::request_stop() noexcept { return state_->stop().request_stop(); }
std::stop_token Thread::stop_token() const noexcept { return state_->stop().get_token(); }

}  // namespace tandem::threading
