#include "tests/support/traced_child.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "tandem/platform/errors.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/process_id.hpp"

namespace tandem::test {
namespace {

constexpr std::uint64_t breakpoint = 0xCC;  // int3, one byte
constexpr std::uint64_t syscall_instruction = 0x050F;

/// The child stops in here before `run` and behind it: each time at the same address, by which the end is known.
[[gnu::noinline]] void stop_here() { asm("int3"); }

[[noreturn]] void run_child(const Operation& operation) {
  try {
    platform::this_process();  // asks the kernel the first time
    operation.prepare();
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) platform::throw_errno("ptrace", "PTRACE_TRACEME");
    stop_here();
    operation.run();
    stop_here();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "the child that is stepped: %s\n", error.what());
    platform::exit_now(1);
  }
  platform::exit_now(::testing::Test::HasFailure() ? 1 : 0);
}

long traced(int request, int pid, std::uint64_t address, std::uint64_t data, const char* name) {
  errno = 0;
  // NOLINTNEXTLINE: numbers in the place of pointers are how the call is made
  const long result =
      ::ptrace(static_cast<__ptrace_request>(request), pid, reinterpret_cast<void*>(address), reinterpret_cast<void*>(data));
  if (errno != 0) platform::throw_errno("ptrace", name);
  return result;
}

std::uint64_t register_of(int pid, std::size_t offset) {
  return static_cast<std::uint64_t>(traced(PTRACE_PEEKUSER, pid, offset, 0, "PTRACE_PEEKUSER"));
}

}  // namespace

TracedChild::OnOneProcessor::OnOneProcessor() {
  if (::sched_getaffinity(0, sizeof before_, &before_) != 0) platform::throw_errno("sched_getaffinity");
  CPU_ZERO(&here_);
  CPU_SET(static_cast<unsigned>(::sched_getcpu()), &here_);
  if (::sched_setaffinity(0, sizeof here_, &here_) != 0) platform::throw_errno("sched_setaffinity");
}

TracedChild::OnOneProcessor::~OnOneProcessor() { ::sched_setaffinity(0, sizeof before_, &before_); }

TracedChild::TracedChild(const Operation& operation) : pid_{platform::fork_process()} {
  if (pid_ == 0) run_child(operation);
  try {
    await_stop();
    end_ = stands_at_;
    traced(PTRACE_SETOPTIONS, pid_, 0, PTRACE_O_EXITKILL, "PTRACE_SETOPTIONS");
    operation.once_prepared();
    on_one_processor_ = std::make_unique<OnOneProcessor>();
    if (::sched_setaffinity(pid_, sizeof(cpu_set_t), &on_one_processor_->here()) != 0) platform::throw_errno("sched_setaffinity");
  } catch (...) {
    if (pid_ != 0) platform::kill_child(pid_);
    throw;
  }
}

TracedChild::~TracedChild() {
  if (pid_ != 0) platform::kill_child(pid_);
}

void TracedChild::step() {
  continue_by(PTRACE_SINGLESTEP);
  see_whether_it_has_ended();
}

void TracedChild::go_to(std::uint64_t address) {
  if (stands_at_ == address) {  // a breakpoint would stop it here
    step();
    if (ended() || stands_at_ == address) return;
  }
  const std::uint64_t word = word_at(address);
  set_word(address, (word & ~std::uint64_t{0xFF}) | breakpoint);
  continue_by(PTRACE_CONT);
  set_word(address, word);
  see_whether_it_has_ended();
  if (ended()) return;
  if (stands_at_ != address + 1) throw std::runtime_error("the child that is stepped stopped where it was not told to");
  traced(PTRACE_POKEUSER, pid_, offsetof(user, regs.rip), address, "PTRACE_POKEUSER");
  stands_at_ = address;
}

bool TracedChild::is_system_call(std::uint64_t address) const { return (word_at(address) & 0xFFFF) == syscall_instruction; }

TracedChild::SystemCall TracedChild::system_call() const {
  return {register_of(pid_, offsetof(user, regs.rax)), register_of(pid_, offsetof(user, regs.rdi)),
          register_of(pid_, offsetof(user, regs.rsi))};
}

void TracedChild::continue_by(int request) {
  if (ended()) throw std::logic_error("the child has ended: look at ended() before it is told to go on");
  traced(request, pid_, 0, 0, request == PTRACE_CONT ? "PTRACE_CONT" : "PTRACE_SINGLESTEP");
  await_stop();
}

void TracedChild::await_stop() {
  const int status = wait_status();
  if (!WIFSTOPPED(status)) fail(status);
  if (WSTOPSIG(status) != SIGTRAP) {
    throw std::runtime_error("the child got signal " + std::to_string(WSTOPSIG(status)) + " while it was stepped");
  }
  stands_at_ = register_of(pid_, offsetof(user, regs.rip));
}

int TracedChild::wait_status() const {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) platform::throw_errno("waitpid");
  }
  return status;
}

void TracedChild::see_whether_it_has_ended() {
  if (stands_at_ != end_) return;
  traced(PTRACE_CONT, pid_, 0, 0, "PTRACE_CONT");
  const int status = wait_status();
  if (status != 0) fail(status);
  pid_ = 0;
}

void TracedChild::fail(int status) {
  if (!WIFSTOPPED(status)) pid_ = 0;
  throw std::runtime_error("the child that was stepped ended with wait status " + std::to_string(status) +
                           "; see what it has written");
}

std::uint64_t TracedChild::word_at(std::uint64_t address) const {
  return static_cast<std::uint64_t>(traced(PTRACE_PEEKTEXT, pid_, address, 0, "PTRACE_PEEKTEXT"));
}

void TracedChild::set_word(std::uint64_t address, std::uint64_t word) const {
  traced(PTRACE_POKETEXT, pid_, address, word, "PTRACE_POKETEXT");
}

}  // namespace tandem::test
