#include "tandem/platform/self_image.hpp"

#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

void change_mask(int how) noexcept {
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  ::pthread_sigmask(how, &alarm, nullptr);
}

}  // namespace

void keep_across_exec(int fd) {
  if (::fcntl(fd, F_SETFD, 0) != 0) throw_errno("fcntl", "F_SETFD");
}

void close_across_exec(int fd) {
  if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) throw_errno("fcntl", "F_SETFD");
}

void execute_self(const std::vector<std::string>& arguments) {
  std::vector<char*> list;
  for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
  list.push_back(nullptr);
  ::execv("/proc/self/exe", list.data());
  throw_errno("execve", "/proc/self/exe");
}

void end_in(std::chrono::seconds time) noexcept {
  ::signal(SIGALRM, SIG_DFL);
  change_mask(SIG_UNBLOCK);
  ::alarm(static_cast<unsigned>(time.count()));
}

void call_off_end() noexcept {
  ::alarm(0);
  change_mask(SIG_BLOCK);
  ::signal(SIGALRM, SIG_DFL);
}

void on_end(void (*last_words)(int signal)) noexcept { ::signal(SIGALRM, last_words); }

void write_to_stderr(const char* text) noexcept {
  // Nothing is to be done if it fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}

}  // namespace tandem::platform
