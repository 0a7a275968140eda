#pragma once

#include <optional>
#include <string>

#include "tandem/multiprocessing/child_process.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::multiprocessing {

/// What all handles of one process share.
class ProcessHandle::State {
 public:
  explicit State(remote::Call call);

  std::string name();
  void name(std::string new_name);
  bool daemon();
  void daemon(bool dies_with_us);

  void start();
  void close();

  int pid();
  int sentinel();
  bool is_alive();
  std::optional<int> exitcode();
  bool join(Deadline deadline);
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

  sync::Lock lock_{"Process"};  // guards all below
  std::string name_;
  std::string identity_;
  bool daemon_;
  std::optional<remote::Call> call_;  // until it was started
  std::optional<ChildProcess> child_;
  bool started_ = false;
  bool closed_ = false;
  const int maker_;  // our pid: in a process forked from this one by hand it is a stranger's
};

}  // namespace tandem::multiprocessing
