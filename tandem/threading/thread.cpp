#include "tandem/threading/thread.hpp"

#include <memory>
#include <stdexcept>

#include "tandem/threading/kept_threads.hpp"
#include "tandem/threading/thread_state.hpp"

namespace tandem::threading {

Thread::Thread(Body body, Bound) : ThreadRef{std::make_shared<ThreadState>()}, body_{std::move(body)} {}

Thread::Thread() : ThreadRef{std::make_shared<ThreadState>()}, overrides_run_{true} {}

Thread& Thread::operator=(Thread&& other) noexcept {
  if (this != &other) {
    end();
    state_ = std::move(other.state_);
    body_ = std::move(other.body_);
    overrides_run_ = other.overrides_run_;
  }
  return *this;
}

Thread::~Thread() { end(); }

void Thread::end() noexcept {
  if (state_ != nullptr) state_->end();
}

void Thread::start() & {
  if (overrides_run_ && made_ != this) {
    throw std::logic_error("Thread '" + name() +
                           "' is of a class that overrides run(): make it by threading::make<T>(...), which joins it before its "
                           "derived part is destroyed");
  }
  drain_at_exit();
  if (overrides_run_) {
    Body body{[this](const std::stop_token&) { run(); }};
    state_->start(body);
  } else {
    state_->start(body_);
  }
}

void Thread::start() && {
  auto kept = std::make_unique<Thread>(std::move(*this));
  kept->start();
  keep(std::move(kept));
}

void Thread::run() {
  if (!body_) throw std::logic_error("Thread: a class that is made without a function must override run()");
  body_(stop_token());
}

void Thread::daemon(bool daemon) { state_->daemon(daemon); }

}  // namespace tandem::threading
