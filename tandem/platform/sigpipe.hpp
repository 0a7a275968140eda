#pragma once

#include <cerrno>
#include <csignal>
#include <ctime>

namespace tandem::platform {

/// Takes away the SIGPIPE that a call on this thread may raise, while it lives. Only for calls that have no MSG_NOSIGNAL; ignoring
/// the signal for the whole process is the program's decision and not a library's, and a mask that stays would be inherited by the
/// programs it starts.
class WithoutSigpipe {
 public:
  WithoutSigpipe() noexcept {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() {
    if (raised_ && ::sigismember(&before_, SIGPIPE) == 0) {
      // A broken write signals the writing thread itself, so it is pending here and nowhere else.
      const timespec at_once{};
      while (::sigtimedwait(&pipe_, nullptr, &at_once) == -1 && errno == EINTR) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  void raised() noexcept { raised_ = true; }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool raised_ = false;
};

}  // namespace tandem::platform
