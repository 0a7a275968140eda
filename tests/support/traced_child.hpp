#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <sched.h>

namespace tandem::test {

/// Something a process does, to be looked at instruction by instruction.
struct Operation {
  std::function<void()> run;                    ///< In a child of its own, which then ends.
  std::function<void()> prepare = [] {};        ///< In that child before, at full speed.
  std::function<void()> once_prepared = [] {};  ///< In the calling process, while the child stands between the two.
};

/// A forked child that runs an operation under ptrace(2): it goes from instruction to instruction as it is told, the destructor
/// kills it wherever it stands. Stands before `run` to begin with.
///
/// Where it stands is the address of the instruction that comes next, the same in all children of one process. `go_to` puts a
/// breakpoint there (the page is then the child's own copy), so that what lies between costs no time.
///
/// The child and the caller stay on one processor meanwhile: they take turns, and then the other need not be woken up far away.
/// Only while the caller has one thread. All throw std::system_error, and std::runtime_error if the child ends in another way than
/// by coming to the end of `run`.
class TracedChild {
 public:
  explicit TracedChild(const Operation& operation);
  TracedChild(const TracedChild&) = delete;
  TracedChild& operator=(const TracedChild&) = delete;
  ~TracedChild();

  /// It has come to the end of `run`, and stands nowhere.
  bool ended() const noexcept { return pid_ == 0; }
  std::uint64_t stands_at() const noexcept { return stands_at_; }

  /// The next instruction. A system call is one, and is waited for.
  void step();
  /// To where it stands before that instruction, or again if it does so already; or to its end, if it does not come there.
  void go_to(std::uint64_t address);

  /// The instruction there is a system call.
  bool is_system_call(std::uint64_t address) const;
  struct SystemCall {
    std::uint64_t number, first, second;  ///< With its first two arguments.
  };
  /// The one that comes next.
  SystemCall system_call() const;

 private:
  /// Keeps this process on the processor where it is, until the object goes.
  class OnOneProcessor {
   public:
    OnOneProcessor();
    OnOneProcessor(const OnOneProcessor&) = delete;
    OnOneProcessor& operator=(const OnOneProcessor&) = delete;
    ~OnOneProcessor();
    const cpu_set_t& here() const noexcept { return here_; }

   private:
    cpu_set_t before_;
    cpu_set_t here_;
  };

  void continue_by(int request);
  void await_stop();
  void see_whether_it_has_ended();
  int wait_status() const;
  [[noreturn]] void fail(int status);
  std::uint64_t word_at(std::uint64_t address) const;
  void set_word(std::uint64_t address, std::uint64_t word) const;

  int pid_;
  std::uint64_t stands_at_ = 0;
  std::uint64_t end_ = 0;
  std::unique_ptr<OnOneProcessor> on_one_processor_;
};

}  // namespace tandem::test
