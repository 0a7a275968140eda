#pragma once

#include <concepts>
#include <functional>
#include <stop_token>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tandem/base/unique_function.hpp"
#include "tandem/threading/thread_ref.hpp"

namespace tandem::threading {

template <class T>
class Made;

/// A thread of this process. Python: threading.Thread. What it can be asked stands at ThreadRef, to which it converts.
///
/// Made with a function and its arguments, which are copied or moved into the thread; if the function takes a std::stop_token
/// first, it gets the thread's own. It runs once start() was called, at most once. A class derived from Thread overrides run()
/// instead; its objects are made by make<T>(), see made.hpp.
///
/// The destructor requests stop, then joins, so a thread never outlives what it was given. An exception that leaves the function
/// ends the thread, not the process: excepthook() is called with it, which prints the thread's name and the exception to stderr.
///
/// A daemon is not waited for: its destructor requests stop and lets it go, and the program ends while it runs; so it must not use
/// what may be destroyed before it has ended. A thread begins as what the thread is that makes it.
///
/// start() on a temporary hands it to a registry, which keeps it until it has ended; at exit, those still running are asked to stop
/// and joined. A moved-from Thread may only be assigned to or destroyed.
///
/// Thread safety: what stands at ThreadRef may be called from any thread.
/// Memory order: what was done before start() is visible in the thread; what the thread did is visible after join().
///
///     Thread t{work, 1, "two"};  t.name("loader");  t.start();  t.join();
///     Thread u = Thread::started([](std::stop_token stop) { while (!stop.stop_requested()) step(); });
class Thread : public ThreadRef {
 public:
  template <class F, class... Args>
    requires(!std::derived_from<std::decay_t<F>, Thread>)
  explicit Thread(F&& fn, Args&&... args) : Thread{bind(std::forward<F>(fn), std::forward<Args>(args)...), Bound{}} {}

  Thread(Thread&&) noexcept = default;
  /// Ends the thread that was here as the destructor does.
  Thread& operator=(Thread&& other) noexcept;
  virtual ~Thread();

  template <class T>
  Thread(Made<T>&&) = delete;  // its run() uses all of the object, which must stay where it is
  template <class T>
  Thread& operator=(Made<T>&&) = delete;

  template <class F, class... Args>
  [[nodiscard]] static Thread started(F&& fn, Args&&... args) {
    Thread thread{std::forward<F>(fn), std::forward<Args>(args)...};
    static_cast<Thread&>(thread).start();
    return thread;
  }

  /// Throws std::logic_error if it was started before, or is of a derived class and was not made by make<T>(); std::system_error if
  /// the system has no thread left (it may be tried again).
  void start() &;
  void start() &&;

  using ThreadRef::daemon;
  /// Throws std::logic_error once it was started.
  void daemon(bool daemon);

 protected:
  using Body = base::UniqueFunction<void(std::stop_token)>;

  /// For derived classes that override run().
  Thread();

  /// What the thread does; by default, the function that it was made with.
  virtual void run();

  template <class F, class... Args>
  static Body bind(F&& fn, Args&&... args) {
    using Fn = std::decay_t<F>;
    constexpr bool takes_stop = std::is_invocable_v<Fn, std::stop_token, std::decay_t<Args>...>;
    static_assert(takes_stop || std::is_invocable_v<Fn, std::decay_t<Args>...>,
                  "Thread: the function cannot be called with these arguments (they are passed as copies, by value)");
    return [fn = Fn(std::forward<F>(fn)),
            bound = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)](std::stop_token stop) mutable {
      std::apply(
          [&](auto&... arg) {
            if constexpr (takes_stop) {
              std::invoke(std::move(fn), std::move(stop), std::move(arg)...);
            } else {
              std::invoke(std::move(fn), std::move(arg)...);
            }
          },
          bound);
    };
  }

 private:
  template <class T>
  friend class Made;
  struct Bound {};

  Thread(Body body, Bound);
  void end() noexcept;

  Body body_;  // until it is started, or, if run() is called, until it is gone
  bool overrides_run_ = false;
  const Thread* made_ = nullptr;  // this, if a Made joins before the derived part is destroyed
};

}  // namespace tandem::threading
