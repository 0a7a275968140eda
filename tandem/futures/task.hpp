#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tandem/futures/future.hpp"
#include "tandem/futures/pool_worker.hpp"
#include "tandem/futures/runnable.hpp"

namespace tandem::futures {

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
  void fail_pending(const std::exception_ptr& error) noexcept override {
    if (!this->try_begin()) return;
    call_.reset();
    finish_with([&] { this->finish_with_error(error); });
  }
  bool pending() const noexcept override { return this->phase() == FutureCore::Phase::pending; }
  void help() noexcept override {
    PoolWorker* const worker = PoolWorker::current();
    if (worker == nullptr || worker->pool() != pool_ || !this->try_begin()) return;
    worker->takes_out(*this);
    run();
  }
  void forget() noexcept override { call_.reset(); }
  const void* pool() const noexcept override { return pool_; }

 private:
  void run() noexcept {
    finish_with([this] {
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
    });
  }

  template <class Finish>
  static void finish_with(Finish finish) noexcept {
    try {
      finish();
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
