#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tandem/futures/attempts.hpp"
#include "tandem/futures/task.hpp"

namespace tandem::futures {

/// What a call with options gives: it may take a std::stop_token first, which asks it to end when its time is over.
template <class F, class... Args>
using OptionTaskResult =
    std::remove_cvref_t<typename std::conditional_t<std::is_invocable_v<std::decay_t<F>, std::stop_token, std::decay_t<Args>...>,
                                                    std::invoke_result<std::decay_t<F>, std::stop_token, std::decay_t<Args>...>,
                                                    std::invoke_result<std::decay_t<F>, std::decay_t<Args>...>>::type>;

/// A call with its arguments, what was said about it, and the future's shared state.
template <class R, class F, class... Args>
class OptionTask final : public ResultCore<R>, public Attempts {
 public:
  static constexpr bool takes_stop = std::is_invocable_v<F, std::stop_token, Args...>;
  using Call = std::tuple<F, Args...>;
  static constexpr bool can_be_copied = std::is_copy_constructible_v<F> && (std::is_copy_constructible_v<Args> && ...);

  template <class G, class... As>
  explicit OptionTask(ThreadEngine& pool, TaskOptions options, G&& fn, As&&... args)
      : Attempts{pool, std::move(options), can_be_copied}, call_{std::in_place, std::forward<G>(fn), std::forward<As>(args)...} {}

  bool pending() const noexcept override { return this->phase() == FutureCore::Phase::pending; }
  void help() noexcept override {
    PoolWorker* const worker = PoolWorker::current();
    if (worker != nullptr && worker->pool() == pool() && worker->takes_out(*this)) run_taken(true);
  }
  void forget() noexcept override { call_.reset(); }
  const void* pool() const noexcept override { return &engine(); }

 private:
  std::exception_ptr attempt(std::uint32_t number) noexcept override {
    try {
      std::optional<Call> call{own_call(number)};
      std::optional<Attempt> time{std::in_place, *this, number};  // from here on somebody else may decide, and have call_
      if constexpr (std::is_void_v<R>) {
        invoke(*call, *time);
        if (!decide(number)) return nullptr;
        call.reset();
        call_.reset();
        conclude([this] { this->finish_with_result(); });
      } else {
        std::optional<R> result{invoke(*call, *time)};
        if (!decide(number)) return nullptr;
        call.reset();
        call_.reset();
        conclude([&] { this->finish_with_result(std::move(*result)); });
      }
      settled();
      return nullptr;
    } catch (...) {
      return decide(number) ? std::current_exception() : nullptr;
    }
  }

  Call own_call(std::uint32_t number) {
    if constexpr (can_be_copied) {
      if (may_repeat(number)) return *call_;
    }
    return std::move(*call_);
  }

  static decltype(auto) invoke(Call& call, const Attempt& time) {
    return std::apply(
        [&](auto& fn, auto&... args) -> decltype(auto) {
          if constexpr (takes_stop) {
            return std::invoke(std::move(fn), time.stop_token(), std::move(args)...);
          } else {
            return std::invoke(std::move(fn), std::move(args)...);
          }
        },
        call);
  }

  bool begin() noexcept override { return this->try_begin(); }
  void cancel_if_pending() noexcept override { this->cancel(); }
  void cancel_begun() noexcept override {
    call_.reset();
    this->finish_as_cancelled();
  }
  void fail(const std::exception_ptr& error) noexcept override {
    call_.reset();
    conclude([&] { this->finish_with_error(error); });
  }
  template <class Finish>
  void conclude(Finish finish) noexcept {
    try {
      try {
        finish();
      } catch (const InvalidStateError&) {
        throw;
      } catch (...) {
        this->finish_with_error(std::current_exception());  // the result does not let itself be moved
      }
    } catch (const InvalidStateError& refusal) {
      report_dropped_result(refusal);
    }
  }
  std::shared_ptr<Attempts> self() noexcept override { return {this->shared_from_this(), this}; }

  std::optional<Call> call_;  // gone when it is done
};

}  // namespace tandem::futures
