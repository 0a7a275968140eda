#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <utility>

#include "tandem/sync/event.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::threading {

/// A thread that calls a function once, when a time has passed since start(). Python: threading.Timer.
///
/// cancel() prevents that, as long as the time has not passed; so does the destructor, which then joins. A temporary that is
/// started is kept until it has fired, and waited for at exit.
///
///     Timer alarm{30s, ring};  alarm.start();  ...  alarm.cancel();
///     Timer{1s, [] { puts("hello"); }}.start();
class Timer : public Thread {
 public:
  template <class Rep, class Period, class F, class... Args>
  explicit Timer(std::chrono::duration<Rep, Period> interval, F&& fn, Args&&... args)
      : Timer{std::make_shared<sync::Event>("Timer"), interval, bind(std::forward<F>(fn), std::forward<Args>(args)...)} {}

  Timer(Timer&&) noexcept = default;
  Timer& operator=(Timer&& other) noexcept {
    if (this != &other) {
      cancel();
      over_ = std::move(other.over_);
      Thread::operator=(std::move(other));
    }
    return *this;
  }
  ~Timer() override { cancel(); }

  void start() & { Thread::start(); }
  void start() && {
    static_cast<Thread&&>(*this).start();
    over_.reset();  // it is kept, and nobody cancels it any more
  }

  /// The function is not called if it has not been yet. Does not wait.
  void cancel() noexcept {
    if (over_ != nullptr) over_->set();
  }

 private:
  template <class Rep, class Period>
  Timer(std::shared_ptr<sync::Event> over, std::chrono::duration<Rep, Period> interval, Body call)
      : Thread{[over, interval, call = std::move(call)](std::stop_token stop) mutable {
          if (!over->wait(Deadline{interval})) call(std::move(stop));
        }},
        over_{std::move(over)} {}

  std::shared_ptr<sync::Event> over_;  // set when it is cancelled. The thread has one too: it may outlast this object
};

}  // namespace tandem::threading
