#pragma once

#include <coroutine>
#include <memory>
#include <utility>

#include "tandem/futures/future.hpp"

namespace tandem::futures {

/// What suspends a coroutine until a future is done; of no type.
class FutureAwait : private FutureCore::Observer {
 public:
  FutureAwait(const FutureAwait&) = delete;
  FutureAwait& operator=(const FutureAwait&) = delete;

 protected:
  FutureAwait() noexcept : Observer{Told::without_it} {}
  ~FutureAwait() = default;

  /// False if it is done already, and the coroutine is not to be suspended.
  bool suspend(std::shared_ptr<FutureCore> core, std::coroutine_handle<> who) noexcept;
  /// By the destructor of who derives from this.
  void leave(FutureCore& core) noexcept {
    if (waits_) core.unsubscribe(*this);
  }

 private:
  void completed() noexcept override;

  std::coroutine_handle<> who_;
  bool waits_ = false;
};

/// `co_await future`: made by the operator, lives in the coroutine's frame. No allocation.
template <class R, bool expires>
class FutureAwaiter final : public FutureAwait {
 public:
  explicit FutureAwaiter(Future<R> future) noexcept : future_{std::move(future)} {}
  ~FutureAwaiter() { leave(future_.core()); }

  bool await_ready() const noexcept { return future_.done(); }
  bool await_suspend(std::coroutine_handle<> who) noexcept { return suspend(future_.core().shared_from_this(), who); }
  decltype(auto) await_resume() {
    if constexpr (expires) {
      return std::move(future_).result();
    } else {
      return std::as_const(future_).result();
    }
  }

 private:
  Future<R> future_;
};

/// Suspends a coroutine until the future is done, and gives its result as result() does: a reference for a future that somebody
/// keeps, the value for an expiring one, an exception for what failed or was cancelled. Works in a coroutine of any kind.
///
/// The coroutine goes on on the thread that makes the future done - a worker, a pool's collecting thread, whoever calls cancel() -
/// before that one's done-callbacks, and there at once if it is done already. So it should not take long there, and on a process
/// pool's thread must not wait for another task of that pool (but may co_await it). Its waits are not ended by Ctrl-C meanwhile. An
/// exception that its promise lets out is printed to stderr.
///
/// Lifetime: a coroutine that is destroyed while it waits is not resumed, and the future forgets it. Whoever does so sees to it
/// that no other thread makes the future done at that very moment, as nobody may destroy a coroutine that runs.
///
///     auto page = co_await fetchers.submit(fetch, url);
template <class R>
FutureAwaiter<R, false> operator co_await(const Future<R>& future) noexcept {
  return FutureAwaiter<R, false>{future};
}
template <class R>
FutureAwaiter<R, true> operator co_await(Future<R>&& future) noexcept {
  return FutureAwaiter<R, true>{std::move(future)};
}

}  // namespace tandem::futures
