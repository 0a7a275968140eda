#pragma once

// Two kinds of coroutines for tests, as a test needs no more of them than that they can be begun, resumed and ended.

#include <coroutine>
#include <exception>
#include <utility>

namespace tandem::test {

/// Begins at once, and goes with its frame when it ends, on whatever thread that is.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

/// Begins at once, and is ended where it stands when this is destroyed. What leaves it comes out of whoever resumes it.
class Owned {
 public:
  struct promise_type {
    Owned get_return_object() { return Owned{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const { std::rethrow_exception(std::current_exception()); }
  };

  Owned(Owned&& other) noexcept : handle_{std::exchange(other.handle_, nullptr)} {}
  Owned& operator=(Owned&&) = delete;
  ~Owned() {
    if (handle_) handle_.destroy();
  }
  bool done() const { return handle_.done(); }

 private:
  explicit Owned(std::coroutine_handle<promise_type> handle) noexcept : handle_{handle} {}

  std::coroutine_handle<promise_type> handle_;
};

}  // namespace tandem::test
