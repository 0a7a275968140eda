#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tandem/multiprocessing/made.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/remote/call.hpp"

namespace tandem::multiprocessing {

class Pool;
struct PoolOptions;

/// Whether a process under "fork" can call it.
template <class F, class... Args>
inline constexpr bool is_inheritable_call =
    std::is_constructible_v<std::decay_t<F>, F> && (std::is_constructible_v<std::decay_t<Args>, Args> && ...) &&
    std::is_invocable_v<std::decay_t<F>, std::decay_t<Args>...>;

/// A Process that finds fn and args, decay-copied, in its memory.
template <class F, class... Args>
multiprocessing::Process inheriting(F&& fn, Args&&... args) {
  return multiprocessing::Process{Process::Inherited{
      [fn = std::decay_t<F>(std::forward<F>(fn)), args = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)]() mutable {
        std::apply([&](auto&... each) { static_cast<void>(std::invoke(std::move(fn), std::move(each)...)); }, args);
      }}};
}

/// A start method, as a way to make processes and pools. Python: what get_context() gives. Under each, all that Process promises
/// holds: surroundings, names, exit codes, who ends when.
///
/// - `forkserver` (the default): the process is a copy of what the program was in the first line of main. A millisecond, however
///   large the program has become.
/// - `spawn`: the program is executed anew and runs up to init(), which becomes the process. Slower, by what that takes (see
///   bench/process_start); for what a copy cannot have: libraries that must see their process begin, addresses of its own. Statics
///   are initialised once more, before stdin and stdout are there (stderr is); a shared object among them is refused.
/// - `fork`: the process is a copy of the one that calls start(), by fork(2): it finds in its memory all that is there at that
///   moment, and has all descriptors. So the function may be any, and what it captures by reference is there, as a copy. getppid()
///   is who has started it. Takes the longer, the more memory the program has in use.
///
/// Under the first two, functions and arguments must be portable, and what main has set since init() is not set.
///
/// Under `fork` the child has one thread, the copy of the one that called start(), in the midst of what that was doing. What other
/// threads held at that moment is held there for ever, and what they were doing is half done; malloc and stdio are made usable by
/// the C library, and tandem's own books by tandem. An executor, a Thread or a Timer of the parent is a copy without threads: let
/// it be, do not even destroy it; new ones may be made (but not under a sanitizer). A pool's processes are the parent's, and so is
/// each Process that the parent has made: to ask for it or to start it throws std::logic_error, its destructor waits for nobody.
/// Shared objects are shared, with a share of the child's own. A Connection or descriptor that is an argument takes the place of
/// the caller's: that one is closed in the child, so that to close the argument closes its end, as in Python, where both are one
/// object. Of what is not among the arguments, such as the other end of a pipe, it has a copy in its memory, open until it ends, as
/// after any fork; a function that is to close it must be given it. While it runs, nobody else may reap it: an ignored SIGCHLD
/// (ignore_children()) costs the exit code. Until somebody asks for it, one that has ended is a zombie; none outlives its Process.
/// At its end, by exit() too, the parent's exit handlers and statics are left alone. `ps` shows its name as comm only.
class Context {
 public:
  explicit Context(StartMethod method) noexcept : method_{method} {}

  /// A Process that will be started this way. What cannot be sent to another process, a lambda with captures, compiles here, as it
  /// is said at run time which method it is for: std::invalid_argument.
  ///
  /// Under "fork" any function and arguments that can be decay-copied, as for std::thread, will do.
  template <class F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(F&& fn, Args&&... args) const {
    if constexpr (is_inheritable_call<F, Args...>) {
      if (method_ == StartMethod::fork) return inheriting(std::forward<F>(fn), std::forward<Args>(args)...);
    }
    if constexpr (remote::is_portable_call<F, Args...>) {
      return {remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...), method_};
    } else {
      refuse_captures();
    }
  }

  /// A process of a class that derives from Process, to be started this way; see multiprocessing::make(). It is sent, under "fork"
  /// too, as it is said at run time which method it is for.
  template <class T, class... Args>
  [[nodiscard]] Made<T> make(Args&&... args) const {
    return Made<T>{method_, std::in_place, std::forward<Args>(args)...};
  }

  /// A Pool whose workers are started this way, by the arguments of its constructors; pool.hpp has it. Throws what those do, and
  /// std::invalid_argument under "fork", which is not for pools.
  [[nodiscard]] multiprocessing::Pool Pool() const;
  [[nodiscard]] multiprocessing::Pool Pool(int processes) const;
  [[nodiscard]] multiprocessing::Pool Pool(PoolOptions options) const;
  template <class F, class... Args>
  [[nodiscard]] multiprocessing::Pool Pool(int processes, F&& initializer, Args&&... args) const;

  std::string_view get_start_method() const noexcept { return name_of(method_); }
  StartMethod method() const noexcept { return method_; }

 private:
  [[noreturn]] void refuse_captures() const {
    throw std::invalid_argument(
        "the start method '" + std::string{get_start_method()} +
        "' sends the function and its arguments to another process, and these cannot be sent: pass what the "
        "lambda captures as arguments, each of them serializable");
  }

  static int positive(int processes);

  StartMethod method_;
};

/// A Context whose method is known to the compiler, which then refuses what cannot be sent.
class PortableContext : public Context {
 public:
  using Context::Context;

  template <class F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(F&& fn, Args&&... args) const {
    return {remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...), method()};
  }
};

/// The Context of "fork", known to the compiler: whatever can be called can be run, and whatever derives from Process. What cannot
/// be copied, but sent, is sent: a Connection that the caller keeps.
class ForkContext : public Context {
 public:
  ForkContext() noexcept : Context{StartMethod::fork} {}

  template <class F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(F&& fn, Args&&... args) const {
    constexpr bool can_be_called = is_inheritable_call<F, Args...>;
    constexpr bool can_be_sent = remote::is_portable_call<F, Args...>;
    static_assert(can_be_called || can_be_sent,
                  "tandem: the function cannot be called with copies of these arguments; a reference is passed by std::ref");
    if constexpr (can_be_called) {
      return inheriting(std::forward<F>(fn), std::forward<Args>(args)...);
    } else if constexpr (can_be_sent) {
      return {remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...), method()};
    } else {
      std::terminate();  // not compiled; without it there would be a second, longer complaint
    }
  }

  /// A process of a class that derives from Process and overrides run(), which is called on the copy of the object that the new
  /// process has in its memory: nothing is sent, and T need not be serializable.
  template <class T, class... Args>
  [[nodiscard]] ForkedMade<T> make(Args&&... args) const {
    return ForkedMade<T>(std::forward<Args>(args)...);
  }

  /// Does not compile.
  template <class... Args>
  multiprocessing::Pool Pool(Args&&... args) const;
};

/// The name of a start method as a template's argument.
template <std::size_t size>
struct MethodName {
  consteval MethodName(const char (&text)[size]) {  // NOLINT: it is written as a string
    for (std::size_t i = 0; i < size; ++i) chars[i] = text[i];
  }
  constexpr std::string_view view() const { return {chars, size - 1}; }

  char chars[size]{};
};

/// get_context<"spawn">(): a mistake in the name, or a function that cannot be sent, does not compile.
///
///     mp::get_context<"spawn">().Process(parse, page).start();
template <MethodName name>
auto get_context() noexcept {
  static_assert(name.view() == "fork" || name.view() == "forkserver" || name.view() == "spawn",
                "tandem: there is no start method of that name: choose \"fork\", \"forkserver\" or \"spawn\"");
  if constexpr (name.view() == "fork") {
    return ForkContext{};
  } else {
    return PortableContext{name.view() == "spawn" ? StartMethod::spawn : StartMethod::forkserver};
  }
}

/// Throws std::invalid_argument, with a list, for an unknown name.
inline Context get_context(std::string_view name) { return Context{start_method_of(name)}; }
/// The default's.
inline Context get_context() noexcept { return Context{default_start_method()}; }

}  // namespace tandem::multiprocessing
