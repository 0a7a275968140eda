#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tandem/futures/future.hpp"

namespace tandem::futures {

/// Work that runs in this process, once: what a worker takes from its queue.
class Runnable {
 public:
  /// Does the work, unless it was cancelled or somebody else has begun it.
  virtual void run_if_pending() noexcept = 0;
  virtual void cancel_pending() noexcept = 0;

 protected:
  ~Runnable() = default;
};

/// The pool whose worker the calling thread is, or nullptr. Compared, never followed.
const void* current_pool() noexcept;

/// Says which pool the calling thread works for, for the scope's lifetime.
class PoolScope {
 public:
  explicit PoolScope(const void* pool) noexcept;
  ~PoolScope();
  PoolScope(const PoolScope&) = delete;
  PoolScope& operator=(const PoolScope&) = delete;

 private:
  const void* const outer_;
};

/// Says on stderr that what a task came to is lost, and why.
void report_dropped_result(const InvalidStateError& refusal) noexcept;

/// What submit(fn, args...) gives a future of: a reference comes back as a copy.
template <class F, class... Args>
using TaskResult = std::remove_cvref_t<std::invoke_result_t<std::decay_t<F>, std::decay_t<Args>...>>;

/// A call with its arguments, and the future's shared state, in one allocation.
template <class R, class F, class... Args>
class Task final : public ResultCore<R>, public Runnable {
 public:
  template <class G, class... As>
  explicit Task(const void* pool, G&& fn, As&&... args)
      : pool_{pool}, call_{std::in_place, std::forward<G>(fn), std::forward<As>(args)...} {}

  void run_if_pending() noexcept override {
    if (this->try_begin()) run();
  }
  void cancel_pending() noexcept override { this->cancel(); }
  void help() noexcept override {
    if (current_pool() == pool_) run_if_pending();
  }

 private:
  void run() noexcept {
    try {
      try {
        if constexpr (std::is_void_v<R>) {
          invoke();
          call_.reset();
          this->finish_with_result();
        } else {
          std::optional<R> result{invoke()};
          call_.reset();  // the arguments go before anybody learns of the result: they may refer to what he then ends
          this->finish_with_result(std::move(*result));
        }
      } catch (...) {
        call_.reset();
        this->finish_with_error(std::current_exception());
      }
    } catch (const InvalidStateError& refusal) {
      report_dropped_result(refusal);  // somebody else gave the future a result while the task ran
    }
  }

  decltype(auto) invoke() {
    return std::apply([](auto& fn, auto&... args) -> decltype(auto) { return std::invoke(std::move(fn), std::move(args)...); },
                      *call_);
  }

  const void* const pool_;
  std::optional<std::tuple<F, Args...>> call_;  // gone once it ran
};

}  // namespace tandem::futures
