#pragma once

#include <array>
#include <exception>
#include <functional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tandem/remote/archive.hpp"
#include "tandem/remote/callable.hpp"
#include "tandem/remote/message.hpp"

namespace tandem::remote {

/// A call to be made in another process of this program: which code, which arguments, which descriptors. Python: what a pickled
/// function with its arguments is, without the requirement to find it by name.
struct Call {
  Message message = {};
};

/// What fn(args...) gives elsewhere: a value, never a reference. As futures::TaskResult; const char* arguments count as
/// std::string.
template <class F, class... Args>
using CallResult = typename detail::ResultOf<std::decay_t<F>, detail::Stored<Args>...>::type;

namespace detail {

using Trampoline = void (*)(InputArchive&, OutputArchive&);

/// Writes the head: the trampoline, and a note on each module that the receiver may not have, of those that `code` stands in.
void begin_call(OutputArchive& out, Trampoline trampoline, std::span<const void* const> code);
[[noreturn]] void throw_null_function();
[[noreturn]] void throw_null_text();

/// Loads function and arguments and makes the call; they are gone when it returns.
template <class F, class... Args>
typename ResultOf<F, Args...>::type call_loaded(InputArchive& in) {
  F fn{};
  if constexpr (!is_stateless<F>) load_value(in, fn);
  std::tuple<Args...> loaded{blank<Args>()...};
  return std::apply(
      [&](Args&... args) -> decltype(auto) {
        (load_value(in, args), ...);
        return std::invoke(std::move(fn), std::move(args)...);
      },
      loaded);
}

/// What a call names: this instantiation knows the types that the bytes stand for.
template <class F, class... Args>
void trampoline(InputArchive& in, OutputArchive& out) {
  if constexpr (std::is_void_v<typename ResultOf<F, Args...>::type>) {
    call_loaded<F, Args...>(in);
  } else {
    save_value(out, call_loaded<F, Args...>(in));
  }
}

template <class A>
void save_argument(OutputArchive& out, const A& argument) {
  if constexpr (!std::is_same_v<Stored<A>, std::decay_t<A>>) {
    const char* text = argument;
    if (text == nullptr) throw_null_text();
    out(std::string{text});
  } else {
    save_value<std::decay_t<A>>(out, argument);
  }
}

/// Writes the whole call, or fails to compile with the reason why it cannot be made elsewhere.
template <class F, class... Args>
void save_call(OutputArchive& out, F&& fn, Args&&... args) {
  using Fn = std::decay_t<F>;
  if constexpr (is_possible<Fn, Stored<Args>...>()) {
    if constexpr (is_code<std::remove_cvref_t<F>>) {  // a function itself is never null
      if (fn == nullptr) throw_null_function();
    }
    const std::array<const void*, 1 + sizeof...(Args)> code{address_in<Fn>(fn), address_in<std::decay_t<Args>>(args)...};
    begin_call(out, &trampoline<Fn, Stored<Args>...>, code);
    if constexpr (!is_stateless<Fn>) save_value<Fn>(out, fn);
    (save_argument(out, args), ...);
  } else {
    refuse<Fn, Stored<Args>...>();
  }
}

inline constexpr std::size_t usual_call = 128;  // bytes: enough for most, and one allocation instead of four

}  // namespace detail

/// Whether make_call() takes them; else it does not compile.
template <class F, class... Args>
inline constexpr bool is_portable_call = detail::is_possible<std::decay_t<F>, detail::Stored<Args>...>();

/// fn(args...) as a message. `fn` is a function, a member function, a lambda without captures, or a function object that is
/// Serializable or empty; arguments and result are Serializable or functions. What is not is refused at compile time, in one
/// sentence. Everything is copied into the message here; nothing is referred to. Throws std::invalid_argument for null functions
/// and texts, std::runtime_error for functions that stand in no module, and what serialize() members throw.
template <class F, class... Args>
Call make_call(F&& fn, Args&&... args) {
  Call call;
  call.message.bytes.reserve(detail::usual_call);
  OutputArchive out{call.message};
  detail::save_call(out, std::forward<F>(fn), std::forward<Args>(args)...);
  return call;
}

/// The same, for a call that will go through a Channel: large arguments are copied into a crate of these, if there is one.
template <class F, class... Args>
Call make_call_in(CrateStore& crates, F&& fn, Args&&... args) {
  Call call;
  call.message.bytes.reserve(detail::usual_call);
  OutputArchive out{call.message, crates};
  detail::save_call(out, std::forward<F>(fn), std::forward<Args>(args)...);
  return call;
}

/// Makes the call that `in` holds and writes its result, nothing for void. Whatever goes wrong comes out as an exception: one that
/// the called function threw as it is, std::runtime_error for a message that is damaged or speaks of modules that are not to be
/// had; in `out` there is nothing of the call then. Arguments and function are destroyed before it returns.
void run_call(InputArchive& in, OutputArchive& out);

/// What run_call() wrote. R is the call's CallResult.
template <class R>
R load_result(InputArchive& in) {
  if constexpr (!detail::can_travel<R>) {
    (void)sizeof(detail::RefuseValue<R>);
    std::terminate();  // the line above has ended the compilation, unless make_call() did before
  } else if constexpr (!std::is_void_v<R>) {
    R result = detail::blank<R>();
    detail::load_value(in, result);
    return result;
  }
}

}  // namespace tandem::remote
