#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/base/unique_function.hpp"
#include "tandem/sync/current.hpp"

namespace tandem::threading {

/// A thread of this process. Python: threading.Thread.
///
/// Made with a function and its arguments, which are copied or moved into the thread; if the function takes a std::stop_token
/// first, it gets the thread's own. It runs once start() was called, at most once.
///
/// The destructor requests stop, then joins, so a thread never outlives what it was given. An exception that leaves the function
/// ends the thread, not the process: it is printed to stderr with the thread's name and type.
///
/// start() on a temporary hands it to a registry, which keeps it until it has ended; at exit, those still running are asked to stop
/// and joined. A moved-from Thread may only be assigned to or destroyed.
///
/// Thread safety: name, is_alive, join and request_stop may be called from any thread.
/// Memory order: what was done before start() is visible in the thread; what the thread did is visible after join().
///
///     Thread t{work, 1, "two"};  t.name("loader");  t.start();  t.join();
///     Thread u = Thread::started([](std::stop_token stop) { while (!stop.stop_requested()) step(); });
class Thread {
 public:
  template <class F, class... Args>
    requires(!std::is_same_v<std::decay_t<F>, Thread>)
  explicit Thread(F&& fn, Args&&... args) : Thread{bind(std::forward<F>(fn), std::forward<Args>(args)...), Bound{}} {}

  Thread(Thread&&) noexcept = default;
  /// Ends the thread that was here as the destructor does.
  Thread& operator=(Thread&& other) noexcept;
  ~Thread();

  template <class F, class... Args>
  [[nodiscard]] static Thread started(F&& fn, Args&&... args) {
    Thread thread{std::forward<F>(fn), std::forward<Args>(args)...};
    static_cast<Thread&>(thread).start();
    return thread;
  }

  /// Throws std::logic_error if it was started before, std::system_error if the system has no thread left (it may be tried again).
  void start() &;
  void start() &&;

  /// Waits until the thread has ended, at most until the deadline; says whether it has. Throws std::logic_error if it was never
  /// started, or if a thread would join itself; KeyboardInterrupt, see sync/interrupt.hpp. May be called again, and by several
  /// threads at once.
  bool join(Deadline deadline = Deadline::never());
  bool is_alive() const noexcept;

  /// "Thread-1", "Thread-2" ... unless named. The kernel shows the first 15 bytes if it is set before start().
  std::string name() const;
  void name(std::string new_name);

  /// Unique among all threads, greenlets and Tasks that ever ran; 0 before it was started. Python: ident.
  sync::ActorId ident() const noexcept;
  /// The kernel's thread id, as top shows it; 0 before it was started.
  int native_id() const noexcept;

  /// Asks the function to end; it sees that by its std::stop_token. False if that was asked before.
  bool request_stop() noexcept;
  std::stop_token stop_token() const noexcept;

 private:
  class State;
  struct Bound {};
  using Body = base::UniqueFunction<void(std::stop_token)>;

  Thread(Body body, Bound);
  void end() noexcept;

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

  std::shared_ptr<State> state_;  // shared with the running thread, which may outlast this object's move
};

/// What exit does about threads that were started as temporaries: asks them to stop, and joins them. For processes that end without
/// exit handlers.
void end_kept_threads();

}  // namespace tandem::threading
