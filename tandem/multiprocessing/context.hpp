#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/remote/call.hpp"

namespace tandem::multiprocessing {

/// A start method, as a way to make processes. Python: what get_context() gives. Under each, all that Process promises holds:
/// surroundings, names, exit codes, who ends when.
///
/// - `forkserver` (the default): the process is a copy of what the program was in the first line of main. A millisecond, however
///   large the program has become.
/// - `spawn`: the program is executed anew and runs up to init(), which becomes the process. Slower, by what that takes (see
///   bench/process_start); for what a copy cannot have: libraries that must see their process begin, addresses of its own. Statics
///   are initialised once more, before stdin and stdout are there (stderr is); a shared object among them is refused.
///
/// Under both, functions and arguments must be portable, and what main has set since init() is not set.
class Context {
 public:
  explicit Context(StartMethod method) noexcept : method_{method} {}

  /// A Process that will be started this way. What cannot be sent to another process, a lambda with captures, compiles here, as it
  /// is said at run time which method it is for: std::invalid_argument.
  template <class F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(F&& fn, Args&&... args) const {
    if constexpr (remote::is_portable_call<F, Args...>) {
      return {remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...), method_};
    } else {
      refuse_captures();
    }
  }

  std::string_view get_start_method() const noexcept { return name_of(method_); }
  StartMethod method() const noexcept { return method_; }

 private:
  [[noreturn]] void refuse_captures() const {
    throw std::invalid_argument(
        "the start method '" + std::string{get_start_method()} +
        "' sends the function and its arguments to another process, and these cannot be sent: pass what the "
        "lambda captures as arguments, each of them serializable");
  }

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
PortableContext get_context() noexcept {
  static_assert(name.view() == "forkserver" || name.view() == "spawn",
                "tandem: there is no start method of that name: choose \"forkserver\" or \"spawn\"");
  return PortableContext{name.view() == "spawn" ? StartMethod::spawn : StartMethod::forkserver};
}

/// Throws std::invalid_argument, with a list, for an unknown name.
inline Context get_context(std::string_view name) { return Context{start_method_of(name)}; }
/// The default's.
inline Context get_context() noexcept { return Context{default_start_method()}; }

}  // namespace tandem::multiprocessing
