#pragma once

#include <exception>
#include <memory>
#include <utility>

#include "tandem/base/intrusive_list.hpp"

namespace tandem::futures {

/// Work that runs in this process, once: what waits in a pool's queues and what its workers take from them.
///
/// A task in a queue keeps itself alive. Queues hold bare pointers, and whoever takes one out lets the task go. So a place in a
/// queue costs no allocation, and moving it no counting.
class Runnable : public base::ListNode {
 public:
  /// Does the work, unless it was cancelled or somebody else has begun it.
  virtual void run_if_pending() noexcept = 0;
  virtual void cancel_pending() noexcept = 0;
  /// For tasks that nobody will run any more: fails it, unless somebody has begun it.
  virtual void fail_pending(const std::exception_ptr& error) noexcept = 0;
  /// Somebody may still run it. Of the moment; once false it stays so.
  virtual bool pending() const noexcept = 0;
  /// Higher ones first; most have 0.
  int priority() const noexcept { return priority_; }
  /// It always waits in the central queue, where it can be found: so who runs it is who took it out of there, each time.
  bool is_central() const noexcept { return is_central_; }

  /// By whoever puts it into a queue, before that.
  void keep(std::shared_ptr<Runnable> self) noexcept { self_ = std::move(self); }
  /// By whoever took it out of a queue, and only by him.
  std::shared_ptr<Runnable> let_go() noexcept { return std::move(self_); }

 protected:
  Runnable() noexcept = default;
  struct Central {
    int priority;
  };
  explicit Runnable(Central central) noexcept : priority_{central.priority}, is_central_{true} {}
  ~Runnable() = default;

 private:
  const int priority_ = 0;
  const bool is_central_ = false;
  std::shared_ptr<Runnable> self_;  // while it is in a queue
};

}  // namespace tandem::futures
