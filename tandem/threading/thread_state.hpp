#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "tandem/base/intrusive_list.hpp"
#include "tandem/base/unique_function.hpp"
#include "tandem/platform/thread.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/threading/thread_ref.hpp"

namespace tandem::threading {

/// What a thread, its Thread and all handles to it share.
class ThreadState : public std::enable_shared_from_this<ThreadState>, public base::ListNode {
 public:
  using Body = base::UniqueFunction<void(std::stop_token)>;

  /// Whose thread it is.
  enum class Kind { made, main, foreign };

  /// One to be started, with the next free name and the daemon flag of the thread that calls.
  ThreadState();
  /// One that runs already: the one that calls, or main.
  explicit ThreadState(Kind kind);

  /// The one of the thread that calls; made now, if it is not ours and nobody asked before.
  static std::shared_ptr<ThreadState> current();
  static std::shared_ptr<ThreadState> main();
  /// See forget_other_threads().
  static void forget_others() noexcept;
  static ThreadRef ref(std::shared_ptr<ThreadState> state) noexcept { return ThreadRef{std::move(state)}; }

  /// See Thread::start().
  void start(Body& body);  // moved from only if it could be started
  bool join(Deadline deadline, const std::stop_token* stop = nullptr);
  /// For destructors, which must not throw: nothing to do, or stop and join. A daemon, or a thread that destroys itself, is let go.
  void end() noexcept;
  /// A thread that we did not start ends, as far as we know.
  void ended() noexcept;

  bool is_alive() noexcept { return started() && !finished_.is_set(); }
  std::string name();
  void name(std::string new_name);
  bool daemon() const noexcept { return daemon_.load(std::memory_order_relaxed); }
  void daemon(bool daemon);
  sync::ActorId ident() noexcept;
  int native_id() noexcept;
  std::stop_source& stop() noexcept { return stop_; }

 private:
  static std::shared_ptr<ThreadState>& main_place();
  static void* entry(void* state) noexcept;
  void run() noexcept;
  bool started() noexcept;
  void await_begun() noexcept;
  bool is_current() const noexcept { return ident_.load(std::memory_order_relaxed) == sync::current(); }
  bool await_end(Deadline deadline, const std::stop_token* stop);
  void join_native() noexcept;

  const Kind kind_;
  sync::Lock lock_{"Thread"};
  std::string name_;                  // guarded by lock_
  bool started_ = false;              // guarded by lock_
  base::Atomic<bool> daemon_{false};  // constant once it is started
  platform::NativeThread thread_;     // written under lock_ by start(); joined under joining_
  sync::Lock joining_{"Thread.join"};
  Body body_;                          // the thread's own once it runs
  std::shared_ptr<ThreadState> self_;  // from start() until the thread has taken it over
  std::stop_source stop_;
  sync::Event begun_;  // the two ids are there. Who asks for them waits for that; start() does not
  sync::Event finished_;
  base::Atomic<sync::ActorId> ident_{sync::nobody};  // both written once by the thread itself; 0 until then
  base::Atomic<int> native_id_{0};
};

}  // namespace tandem::threading
