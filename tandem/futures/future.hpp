#pragma once

#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

#include "tandem/futures/errors.hpp"
#include "tandem/futures/future_core.hpp"
#include "tandem/futures/result_core.hpp"
#include "tandem/futures/then_core.hpp"

namespace tandem::futures {

/// The result of work that may not be finished yet. Python: concurrent.futures.Future.
///
/// A handle: copies stand for the same future; dropping them all does not cancel the work. An executor's submit() makes it; one
/// made by Future<R>{} is pending until somebody gives it a result, which is how other kinds of executors are built.
///
/// A result is read in place, `const R& result() const&`, or moved out of the shared state by an expiring handle,
/// `std::move(future).result()` or `pool.submit(f).result()`; after that, other handles find a moved-from value.
///
/// Whatever waits throws KeyboardInterrupt, see sync/interrupt.hpp; the work goes on.
///
/// Thread safety: all members may be called from any thread. Memory order: what the work did is visible to whoever got the result.
///
///     auto page = fetchers.submit(fetch, url);
///     page.add_done_callback([](auto& done) { log(done.result()); });
template <class R>
class Future {
 public:
  using Core = ResultCore<R>;
  using value_type = R;

  /// A pending future.
  Future() : core_{std::make_shared<Core>()} {}
  /// A handle on what an executor has made.
  explicit Future(std::shared_ptr<Core> core) noexcept : core_{std::move(core)} {}

  /// Waits for the result and gives it. Throws what the work threw; CancelledError if it was cancelled; TimeoutError if the
  /// deadline passed first.
  decltype(auto) result(Deadline deadline = Deadline::never()) const& {
    await(deadline);
    if constexpr (std::is_void_v<R>) {
      core_->result();
    } else {
      return std::as_const(core_->result());
    }
  }
  R result(Deadline deadline = Deadline::never()) && {
    await(deadline);
    if constexpr (std::is_void_v<R>) {
      core_->result();
    } else {
      return std::move(core_->result());
    }
  }
  /// Waits, and gives what the work threw, or nullptr. Throws CancelledError and TimeoutError as result() does.
  std::exception_ptr exception(Deadline deadline = Deadline::never()) const {
    await(deadline);
    return core_->error();
  }
  /// Waits without looking at the result; false if the deadline passed first.
  bool wait(Deadline deadline = Deadline::never()) const { return core_->wait(deadline); }
  /// A request to stop ends it, too. Then no worker of the pool runs the work itself meanwhile, as with a deadline.
  bool wait(std::stop_token stop, Deadline deadline = Deadline::never()) const { return core_->wait(deadline, &stop); }

  bool done() const noexcept { return core_->done(); }
  bool running() const {
    const FutureCore::Phase phase = core_->phase();
    return phase == FutureCore::Phase::running || (phase == FutureCore::Phase::pending && core_->has_begun());
  }
  bool cancelled() const noexcept { return core_->phase() == FutureCore::Phase::cancelled; }
  /// True if the work will never run; false if it runs or is finished. Callbacks are called by a cancellation too.
  bool cancel() { return core_->cancel(); }
  /// As cancel(), and stops the work if it runs in a worker process, by killing that: the future is cancelled as soon as the worker
  /// has ended, and result() throws CancelledError then. A result that the worker managed to send before counts; no further attempt
  /// is made. False if it is done, or runs where it cannot be stopped: on a thread. Python has no counterpart.
  bool terminate() { return core_->terminate(); }

  /// Calls `callback(future)` when it is done, on the thread that finishes it (or cancels it), in the order of adding; at once and
  /// here if it is done already. What it throws is printed to stderr.
  template <std::invocable<Future&> F>
  void add_done_callback(F callback) {
    core_->add_callback([callback = std::move(callback)](FutureCore& core) mutable {
      Future self{std::static_pointer_cast<Core>(core.shared_from_this())};
      callback(self);
    });
  }

  /// What `fn` makes of the result, as a future of its own: `fn(result)`, or `fn()` for a Future<void>, runs on the thread that
  /// finishes this one, or here and now if it is done. An error or a cancellation is passed on, and `fn` not called; nor is it if
  /// the new future was cancelled before. Who waits for the new one waits for this one: a worker of the pool runs the task itself,
  /// or lets another into its place, as ThreadPoolExecutor has it. Python has no counterpart in concurrent.futures; JavaScript's
  /// then().
  ///
  ///     auto length = pool.submit(fetch, url).then([](const Page& page) { return page.size(); });
  template <class F>
  auto then(F fn) {
    Future<Then<F>> next{std::make_shared<ThenCore<Then<F>>>(*core_)};
    add_done_callback([fn = std::move(fn), next](Future& done) mutable {
      if (done.cancelled()) {
        next.cancel();
      } else if (next.set_running_or_notify_cancel()) {
        done.pass_on(fn, next);
      }
    });
    return next;
  }

  /// For executors: says that the work begins. False if it was cancelled, and then it must not begin.
  bool set_running_or_notify_cancel() { return core_->begin(); }
  /// For executors: these throw InvalidStateError if the future is done already.
  template <class... Args>
    requires(std::is_void_v<R> ? sizeof...(Args) == 0 : std::is_constructible_v<R, Args...>)
  void set_result(Args&&... args) {
    core_->finish_with_result(std::forward<Args>(args)...);
  }
  void set_exception(std::exception_ptr error) { core_->finish_with_error(std::move(error)); }
  template <class E>
    requires(!std::same_as<std::decay_t<E>, std::exception_ptr>)
  void set_exception(E&& error) {
    set_exception(std::make_exception_ptr(std::forward<E>(error)));
  }

  /// What the handles share, for wait() and its like.
  FutureCore& core() const noexcept { return *core_; }

  friend bool operator==(const Future&, const Future&) noexcept = default;  // handles of the same future

 private:
  void await(Deadline deadline) const {
    if (!core_->wait(deadline)) throw TimeoutError("the future was not done in time");
  }

  template <class F>
  static auto then_type() {
    if constexpr (std::is_void_v<R>) {
      return std::type_identity<std::remove_cvref_t<std::invoke_result_t<F&>>>{};
    } else {
      return std::type_identity<std::remove_cvref_t<std::invoke_result_t<F&, const R&>>>{};
    }
  }
  template <class F>
  using Then = typename decltype(then_type<F>())::type;

  template <class F>
  void pass_on(F& fn, Future<Then<F>>& next) {
    const auto call = [&]() -> decltype(auto) {
      if constexpr (std::is_void_v<R>) {
        result();
        return std::invoke(fn);
      } else {
        return std::invoke(fn, result());
      }
    };
    try {
      if constexpr (std::is_void_v<Then<F>>) {
        call();
        next.set_result();
      } else {
        next.set_result(call());
      }
    } catch (...) {
      next.set_exception(std::current_exception());
    }
  }

  std::shared_ptr<Core> core_;
};

}  // namespace tandem::futures
