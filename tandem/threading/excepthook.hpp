#pragma once

#include <exception>
#include <functional>

#include "tandem/threading/thread_ref.hpp"

namespace tandem::threading {

/// What a thread died of, and which it was.
struct ExceptHookArgs {
  std::exception_ptr exception;
  ThreadRef thread;
};

/// Called, on the thread that ends, with an exception that leaves a thread's function. What the hook throws itself is printed to
/// stderr beside the first exception. It may be called by several threads at once.
using ExceptHook = std::function<void(const ExceptHookArgs&)>;

/// Sets the hook, for all threads; an empty one brings back the default, which prints the thread's name, the exception's type and
/// its text to stderr. Returns the one before; empty if that was the default. Python: threading.excepthook.
ExceptHook excepthook(ExceptHook hook);

/// For what runs a thread: calls the hook. Never throws.
void call_excepthook(const ExceptHookArgs& args) noexcept;

}  // namespace tandem::threading
