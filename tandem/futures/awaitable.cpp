#include "tandem/futures/awaitable.hpp"

#include <cstdio>
#include <exception>

#include "tandem/base/exception_text.hpp"

namespace tandem::futures {

// As soon as it is subscribed another thread may resume the coroutine, and with that end this object and the handles in the frame:
// so nothing of it is touched afterwards, and `core` is a handle of our own.
bool FutureAwait::suspend(std::shared_ptr<FutureCore> core, std::coroutine_handle<> who) noexcept {
  who_ = who;
  waits_ = true;
  if (core->subscribe(*this)) return true;
  waits_ = false;
  return false;
}

void FutureAwait::completed() noexcept {
  waits_ = false;
  try {
    who_.resume();
  } catch (...) {
    std::fprintf(stderr, "Exception in a coroutine that awaited a future: %s\n",
                 base::exception_text(std::current_exception()).c_str());
  }
}

}  // namespace tandem::futures
