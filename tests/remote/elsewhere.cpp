#include "tests/remote/elsewhere.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/platform/fd.hpp"

namespace tandem::test {
namespace {

using platform::Fd;

std::pair<Fd, Fd> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  return {Fd{ends[0]}, Fd{ends[1]}};
}

void write_all(int fd, const std::vector<char>& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0) throw std::system_error(errno, std::generic_category(), "write");
    done += static_cast<std::size_t>(n);
  }
}

std::vector<char> read_all(int fd) {
  std::vector<char> bytes;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0) throw std::system_error(errno, std::generic_category(), "read");
    if (n == 0) return bytes;
    bytes.insert(bytes.end(), buffer.data(), buffer.data() + n);
  }
}

pid_t start(const Fd& in, const Fd& out) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out.get(), STDOUT_FILENO);
  char program[] = "/proc/self/exe";
  char mode[] = "--answer-call";
  char* arguments[] = {program, mode, nullptr};
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, program, &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "posix_spawn");
  return pid;
}

void wait_for(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) throw std::system_error(errno, std::generic_category(), "waitpid");
  if (status != 0) throw std::runtime_error("the other process ended with status " + std::to_string(status));
}

}  // namespace

remote::Message run_elsewhere(const remote::Call& call) {
  auto [call_in, call_out] = make_pipe();
  auto [answer_in, answer_out] = make_pipe();
  const pid_t pid = start(call_in, answer_out);
  call_in.reset();
  answer_out.reset();
  write_all(call_out.get(), call.message.bytes);
  call_out.reset();
  remote::Message answer{read_all(answer_in.get())};
  wait_for(pid);

  bool failed = false;
  remote::InputArchive in{answer};
  in(failed);
  if (failed) std::rethrow_exception(remote::load_exception(in, {.pid = pid, .worker = "elsewhere", .task = "test"}));
  return {{in.rest().begin(), in.rest().end()}, {}};
}

int answer_call() {
  remote::Message call{read_all(STDIN_FILENO)};
  remote::Message answer;
  remote::InputArchive in{call};
  remote::OutputArchive out{answer};
  const auto before = out.mark();
  out(false);
  try {
    remote::run_call(in, out);
  } catch (...) {
    out.rewind(before);
    out(true);
    remote::save_exception(out, std::current_exception());
  }
  write_all(STDOUT_FILENO, answer.bytes);
  return 0;
}

}  // namespace tandem::test
