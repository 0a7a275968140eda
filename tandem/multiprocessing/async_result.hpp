#pragma once

#include <concepts>
#include <exception>
#include <stdexcept>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "tandem/futures/future.hpp"

namespace tandem::multiprocessing {

/// What a Pool's work will have come to; made by apply_async() and its relatives. A handle, whose copies mean the same work, which
/// goes on when they are gone. Python: multiprocessing.pool.AsyncResult.
///
/// Thread safety: all members may be called from any thread.
///
///     pool.apply_async(parse, page).callback(store).error_callback([](const std::exception& error) { log(error.what()); });
template <class R>
class AsyncResult {
 public:
  explicit AsyncResult(futures::Future<R> future) noexcept : future_{std::move(future)} {}

  /// Waits for the result and gives it, a reference to it or, of an expiring handle, the value. Throws what the work threw;
  /// WorkerCrashed if its process died; CancelledError if the pool was terminated before it began; TimeoutError if the deadline
  /// passed first; KeyboardInterrupt.
  decltype(auto) get(Deadline deadline = Deadline::never()) const& { return future_.result(deadline); }
  R get(Deadline deadline = Deadline::never()) && { return std::move(future_).result(deadline); }
  /// Waits without looking at the result; false if the deadline passed first.
  bool wait(Deadline deadline = Deadline::never()) const { return future_.wait(deadline); }
  /// A request to stop ends it, too.
  bool wait(std::stop_token stop, Deadline deadline = Deadline::never()) const { return future_.wait(std::move(stop), deadline); }

  bool ready() const noexcept { return future_.done(); }
  /// Whether there is a result, and no error. Throws std::invalid_argument if it is not ready(), Python's ValueError.
  bool successful() const {
    if (!ready()) throw std::invalid_argument("AsyncResult::successful: it is not ready() yet: wait() first");
    return !future_.cancelled() && future_.exception() == nullptr;
  }

  /// Calls `fn(result)`, or `fn()` if the result is void, once it is there, on the pool's thread that collects results; here and
  /// now if it is there already. Nothing else is collected meanwhile, so keep it short. What it throws is printed to stderr. In
  /// the order of adding.
  template <class F>
  AsyncResult callback(F fn) const {
    futures::Future<R> future = future_;
    future.add_done_callback([fn = std::move(fn)](futures::Future<R>& done) mutable {
      if (done.cancelled() || done.exception() != nullptr) return;
      if constexpr (std::is_void_v<R>) {
        fn();
      } else {
        fn(done.result());
      }
    });
    return *this;
  }

  /// The same for what went wrong: `fn(error)`, with a std::exception_ptr or a const std::exception&, as it likes. What is no
  /// std::exception reaches the former only; the latter lets it be printed.
  template <class F>
    requires std::invocable<F&, std::exception_ptr> || std::invocable<F&, const std::exception&>
  AsyncResult error_callback(F fn) const {
    futures::Future<R> future = future_;
    future.add_done_callback([fn = std::move(fn)](futures::Future<R>& done) mutable {
      const std::exception_ptr error = done.cancelled() ? std::make_exception_ptr(futures::CancelledError{}) : done.exception();
      if (error == nullptr) return;
      if constexpr (std::invocable<F&, std::exception_ptr>) {
        fn(error);
      } else {
        try {
          std::rethrow_exception(error);
        } catch (const std::exception& caught) {
          fn(caught);
        }
      }
    });
    return *this;
  }

  friend bool operator==(const AsyncResult&, const AsyncResult&) noexcept = default;

 private:
  futures::Future<R> future_;
};

}  // namespace tandem::multiprocessing
