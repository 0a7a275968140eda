#include "tandem/platform/signals.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

sigset_t set_of(const Signals& signals) noexcept {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

void change_mask(int how, const Signals& signals) {
  const sigset_t set = set_of(signals);
  if (const int code = ::pthread_sigmask(how, &set, nullptr); code != 0) throw_error(code, "pthread_sigmask");
}

/// Waits until one of them can be read.
void wait_readable(std::array<pollfd, 2>& fds, nfds_t count) {
  while (::poll(fds.data(), count, -1) < 0) {
    if (errno != EINTR) throw_errno("poll");
  }
}

}  // namespace

void block_signals(const Signals& signals) { change_mask(SIG_BLOCK, signals); }
void unblock_signals(const Signals& signals) { change_mask(SIG_UNBLOCK, signals); }

void ignore_broken_pipes() {
  if (::signal(SIGPIPE, SIG_IGN) == SIG_ERR) throw_errno("signal");
}

bool handle_unless_changed(int signal, SignalHandler handler) {
  struct sigaction before {};
  if (::sigaction(signal, nullptr, &before) != 0) throw_errno("sigaction");
  if ((before.sa_flags & SA_SIGINFO) != 0 || before.sa_handler != SIG_DFL) return false;
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // code that knows nothing of signals must not meet EINTR because of us
  if (::sigaction(signal, &action, nullptr) != 0) throw_errno("sigaction");
  return true;
}

void stop_handling(int signal, SignalHandler handler) noexcept {
  struct sigaction now {};
  if (::sigaction(signal, nullptr, &now) != 0) return;
  if ((now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == handler) ::signal(signal, SIG_DFL);
}

bool signal_thread(int signal, int native_thread_id) noexcept {
  return ::syscall(SYS_tgkill, ::getpid(), native_thread_id, signal) == 0;
}

void die_behind_handler(int signal) noexcept {
  ::signal(signal, SIG_DFL);
  ::raise(signal);  // held back while its handler runs
}

void die_by_signal(int signal) {
  // Unblocked only after it is pending with the default disposition: there is no moment at which it could be lost.
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  unblock_signals({signal});
  std::abort();  // the signal does not end processes, which the caller promised it does
}

SignalReader::SignalReader(const Signals& signals) {
  const sigset_t set = set_of(signals);
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) throw_errno("signalfd");
}

std::optional<int> SignalReader::next() {
  while (true) {
    std::array<pollfd, 2> fds{pollfd{closed_.get(), POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0}};
    wait_readable(fds, 2);
    if (fds[0].revents != 0) return std::nullopt;
    signalfd_siginfo info{};
    const auto size = ::read(signals_.get(), &info, sizeof info);
    if (size == sizeof info) return static_cast<int>(info.ssi_signo);
    // Somebody else may have taken it in between.
    if (size < 0 && errno != EAGAIN && errno != EINTR) throw_errno("read", "signalfd");
  }
}

void SignalReader::close() noexcept { closed_.notify(); }

void SignalReader::wait_until_closed() {
  std::array<pollfd, 2> fds{pollfd{closed_.get(), POLLIN, 0}, pollfd{}};
  wait_readable(fds, 1);
}

}  // namespace tandem::platform
