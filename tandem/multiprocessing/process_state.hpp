#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "tandem/multiprocessing/birth.hpp"
#include "tandem/multiprocessing/child_process.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::multiprocessing {

/// What all handles of one process share.
class ProcessHandle::State {
 public:
  /// What the call is may be said later, by start().
  explicit State(Work work, std::optional<StartMethod> method = std::nullopt);
  /// Of a process as it knows itself: it has a name, a pid, and nothing to be waited for. Until is_loaded() it is not told
  /// anything.
  static std::shared_ptr<State> of_this_process();
  void is_loaded() noexcept;
  struct Self {};
  explicit State(Self self);

  std::string name();
  void name(std::string new_name);
  bool daemon();
  void daemon(bool dies_with_us);

  std::string authkey();
  void authkey(std::string new_key);

  /// To be said before it is started, by who makes an object of a derived class.
  void method(StartMethod method);

  /// With `work`, or, if that is nothing, with what it was made with.
  void start(Work work);
  int detach(Work work);
  void close();
  /// Does its work, here.
  void run();
  /// In a process that was forked from the one whose child this is: gives up the descriptors, unless another thread of the parent
  /// was busy with them.
  void forget() noexcept;

  int pid();
  int sentinel();
  bool is_alive();
  std::optional<int> exitcode();
  bool join(Deadline deadline, const std::stop_token& stop);
  void send_signal(int signal, const char* call);
  /// Whether there is a child that has not ended, whoever asks.
  bool is_running();
  /// SIGTERM, if it is a daemon that runs.
  void ask_daemon_to_end() noexcept;
  /// For destructors and the end of the program: ends a daemon, and waits. Nothing to do if it was never started.
  void end() noexcept;

 private:
  /// Under lock_: the child, after looking at who asks for it and whether there is one.
  ChildProcess& child(const char* call);
  void expect_not_started(const char* call) const;
  /// Before lock_ is taken: in a forked process it may be a thread's that is not there.
  void expect_ours(const char* call) const;
  void expect_startable() const;
  /// Under lock_: what start() and detach() begin with: `work` becomes ours, and says what is to be done.
  StartMethod prepare(Work work);
  void describe(Birth& birth) const;
  /// Under lock_: by the fork server.
  ChildProcess launch(StartMethod method);
  /// In the child that was just forked: this process is the one that is meant. Under lock_.
  void become_self() noexcept;
  void log_start(StartMethod method, int pid) const;
  /// In that child, when lock_ is free: does the work and ends.
  [[noreturn]] void live(Birth birth);
  static void do_work(Work work);
  /// Under lock_: has_ended(), and the log is told.
  bool has_ended(ChildProcess& mine);

  sync::Lock lock_{"Process"};  // guards all below
  std::string name_;
  std::string identity_;
  bool daemon_;
  std::string authkey_;
  std::optional<StartMethod> method_;  // else what is the default when it is started
  Work work_;                          // until it was started
  std::optional<ChildProcess> child_;
  bool started_ = false;
  bool closed_ = false;
  bool detached_ = false;
  bool is_logged_ = false;        // its end
  bool is_self_ = false;          // it is the process that asks; then what it is called and its key are current_process()'s
  bool is_being_loaded_ = false;  // by its constructor; then nothing is taken up
  int maker_;  // our pid: in a process forked from this one it is a stranger's. Not guarded, it changes in a fork's child only
};

}  // namespace tandem::multiprocessing
