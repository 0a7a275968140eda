#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/base/unique_function.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/remote/call.hpp"

namespace tandem::multiprocessing {

/// What one can see and do of a process that this one has started; a handle, whose copies mean the same process. Thread safety: all
/// members may be called from any thread; in a process that was forked since, by hand or by the start method "fork", all but name()
/// and daemon() throw std::logic_error: it is no child of that one (Python: AssertionError). After Process::close() they throw
/// std::invalid_argument (Python: ValueError).
class ProcessHandle {
 public:
  /// "Process-1", "Process-2" ... unless named; children of Process-1 are Process-1:1 and so on. The kernel shows the first 15
  /// bytes. In run() of a derived class it is current_process().name().
  std::string name() const;
  /// Whether it is killed when this process ends. Such a process may not start processes itself, nor detach() them; but it may have
  /// a pool, whose workers end with it (Python: AssertionError).
  bool daemon() const;

  /// Throws std::logic_error before it was started, when there is none. Python: pid (None then).
  int pid() const;
  bool is_alive() const;
  /// Nothing while it runs or before; 0 if its function returned, 1 if an exception left that, what it gave to exit(), -SIGKILL if
  /// that signal ended it. Throws ForkServerGone if the fork server died before it could tell. Python: exitcode.
  std::optional<int> exitcode() const;
  /// A descriptor that can be read (poll, select, epoll) once it has ended; valid until close(). Python: sentinel.
  int sentinel() const;

  /// Waits until it has ended, at most until the deadline; says whether it has. Throws std::logic_error before it was started, and
  /// KeyboardInterrupt.
  bool join(Deadline deadline = Deadline::never()) const;
  /// False also if stop was requested first.
  bool join(std::stop_token stop, Deadline deadline = Deadline::never()) const;

  /// Sends SIGTERM, SIGKILL, SIGINT. No matter if it has ended; std::logic_error before it was started.
  void terminate() const;
  void kill() const;
  void interrupt() const;

  friend bool operator==(const ProcessHandle&, const ProcessHandle&) noexcept = default;

 protected:
  class State;
  friend class Family;
  /// What a process does: a call that can be sent to it, or what it finds in its memory under the start method "fork". Or it was
  /// not said yet.
  using Work = std::variant<std::monostate, remote::Call, base::UniqueFunction<void()>>;

  explicit ProcessHandle(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}

  std::shared_ptr<State> state_;
};

/// A process of its own that runs a function. Python: multiprocessing.Process.
///
/// The function and its arguments are sent to it, so they must be portable: a function, a lambda without captures or an object with
/// serialize(); arguments that can be serialized. It is forked by the fork server (tandem::init() must have been called), which
/// takes as long from a large program with many threads as from a small one; under the start method "spawn" it then executes the
/// program anew, and under "fork" it is a copy of the caller, where the function may be any (context.hpp). It finds what a fork
/// would have given it: standard descriptors, folder, umask and environment as they are at start(). SIGINT ends it.
///
/// So it may read standard input, where CPython puts /dev/null in the place of sys.stdin (descriptor 0 is as here). Of processes
/// that read at the same time each gets what the others leave, and what std::cin or stdin has read ahead is with who has read it:
/// let one read.
///
/// An exception that leaves the function is printed to stderr with its type, and the exit code is 1. When the function has
/// returned, the process joins the children that it has itself, writes what its streams hold, and ends by _exit: destructors of
/// statics and exit handlers of the program do not run.
///
/// The destructor waits for the end; a daemon is asked to end by SIGTERM first, and killed a second later. start() on a temporary
/// hands it to a registry. At exit, this process's daemon children are ended and the others waited for. A moved-from Process may
/// only be assigned to or destroyed.
///
/// Memory order: there is no shared memory; what was done before start() is not visible in the process unless it is sent there.
///
///     Process p{parse, page};  p.start();  p.join();  p.exitcode();
class Process : public ProcessHandle {
 public:
  template <class F, class... Args>
    requires(!std::is_same_v<std::decay_t<F>, Process>)
  explicit Process(F&& fn, Args&&... args) : Process{remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...)} {}
  explicit Process(remote::Call call);
  Process(remote::Call call, StartMethod method);
  /// Under "fork": what the process finds in its memory, and calls once.
  struct Inherited {
    base::UniqueFunction<void()> function;
  };
  explicit Process(Inherited inherited);

  Process(Process&&) noexcept = default;
  /// Ends the process that was here as the destructor does.
  Process& operator=(Process&& other) noexcept;
  virtual ~Process();

  template <class F, class... Args>
  [[nodiscard]] static Process started(F&& fn, Args&&... args) {
    Process process{std::forward<F>(fn), std::forward<Args>(args)...};
    static_cast<Process&>(process).start();
    return process;
  }

  using ProcessHandle::daemon;
  using ProcessHandle::name;
  /// At any time. Once it was started only this process calls it so, in the log and in errors: what the other one is called is what
  /// it was at start(). In run() of a derived class it is current_process().name(new_name).
  void name(std::string new_name);
  /// Throws std::logic_error once it was started.
  void daemon(bool dies_with_us);
  /// The new process's current_process().authkey(); this one's unless it is set, which is for before it was started
  /// (std::logic_error), or, in run() of a derived class, for the processes that this one makes. Python: authkey.
  std::string authkey() const;
  void authkey(std::string new_key);

  /// What the process does, in the caller's own: calls the function that it was made with; what under "fork" need not be copyable
  /// is gone then, and cannot be started any more. A derived class overrides it; see make().
  virtual void run();

  /// Throws std::logic_error if it was started before, or if this process is a daemon, which may not have children, or if init()
  /// was not called; std::invalid_argument after close(); ForkServerGone; std::system_error if the system has no process or
  /// descriptor left (it may be tried again).
  void start() &;
  void start() &&;

  /// Instead of start(): starts the process and lets it go. Nobody has to wait for it and nobody can; it is not joined at exit, and
  /// goes on when this process ends. It becomes no zombie: the fork server reaps it, and under the start method "fork" it is forked
  /// twice, so that its OS parent is init, or whoever has made himself the reaper of orphans, from the beginning. After it, only
  /// name() and destruction make sense. Gives its pid; parent_process() is this process.
  ///
  /// Throws as start() does, in a daemon too, and std::logic_error if it is a daemon: that one ends when this process does.
  ///
  ///     Process{serve, port}.detach();
  int detach();

  /// Gives up the descriptors; only for a process that has ended (std::invalid_argument otherwise) or was never started. After it,
  /// only name(), daemon() and destruction make sense; again is no matter. Python: close (ValueError).
  void close();

 protected:
  /// For derived classes that override run().
  Process();
  /// As the destructor; for derived classes whose parts must not be gone before.
  void end() noexcept;

 private:
  template <class T>
  friend class Made;
  template <class T>
  friend class MadeRun;
  /// While it lives, the object of a derived class that is made first on this thread is this process, as it sees itself. What its
  /// constructor says of itself has been said already, where it was made first, and may have been changed there: it is ignored.
  class BeingLoaded {
   public:
    BeingLoaded();
    ~BeingLoaded();
    BeingLoaded(const BeingLoaded&) = delete;
    BeingLoaded& operator=(const BeingLoaded&) = delete;

   private:
    std::shared_ptr<State> self_;
  };

  template <class T>
  friend class ForkedMade;

  /// With that, or with what it was made with.
  void start_with(Work work);
  int detach_with(Work work);
  void by(StartMethod method);
  void keep();
};

/// The processes that this one has started and that have not ended, in the order of their starts. Python: active_children().
std::vector<ProcessHandle> active_children();

}  // namespace tandem::multiprocessing
