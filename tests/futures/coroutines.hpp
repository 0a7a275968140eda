#pragma once

// Kinds of coroutines for tests, as a test needs no more of them than that they can be begun, resumed and ended.

#include <coroutine>
#include <cstddef>
#include <cstdlib>
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

/// Begins at once, and is ended where it stands when this is destroyed.
class Owned {
 public:
  struct promise_type {
    Owned get_return_object() { return Owned{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
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

/// Begins at once; what leaves it comes out of whoever resumes it. Compilers do not agree on what is left of a coroutine then, and
/// clang++-16 ends its parameters a second time with it. So nobody ends it: it takes references only, and its memory needs no
/// owner, of which there is enough for one.
struct Throwing {
  struct promise_type {
    static void* operator new(std::size_t size) {
      alignas(std::max_align_t) static std::byte memory[1024];
      if (size > sizeof memory) std::abort();
      return memory;
    }
    static void operator delete(void* /*memory*/) noexcept {}
    Throwing get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const { std::rethrow_exception(std::current_exception()); }
  };
};

}  // namespace tandem::test
