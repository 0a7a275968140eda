#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/sync/current.hpp"

namespace tandem::threading {

class ThreadState;

/// A handle to a thread: what everybody may ask of it. Copyable; the thread may end, and its Thread be destroyed, while handles to
/// it live. Python: the object that current_thread() gives.
///
/// Also for threads that nobody made with Thread: the main thread, and those of other libraries, of which there is a ThreadRef once
/// they have called current_thread(); they are named "Dummy-1", "Dummy-2" ... and are daemons.
///
/// Thread safety: all members may be called from any thread.
class ThreadRef {
 public:
  /// "Thread-1", "Thread-2" ... unless named. The kernel shows the first 15 bytes if it is set before start().
  std::string name() const;
  void name(std::string new_name);
  /// Whether the program ends without waiting for it.
  bool daemon() const noexcept;

  /// Unique among all threads, greenlets and Tasks that ever ran; 0 before it was started. Python: ident.
  sync::ActorId ident() const noexcept;
  /// The kernel's thread id, as top shows it; 0 before it was started.
  int native_id() const noexcept;

  /// From start() until its function has ended.
  bool is_alive() const noexcept;
  /// Waits until the thread has ended, at most until the deadline; says whether it has. Throws std::logic_error if it was never
  /// started, if a thread would join itself, or if it is another library's; KeyboardInterrupt, see sync/interrupt.hpp. May be
  /// called again, and by several threads at once. The main thread has ended for this when exit handlers run.
  bool join(Deadline deadline = Deadline::never());
  /// Waits until stop is requested (of the one who waits, not of this thread) at most.
  bool join(std::stop_token stop, Deadline deadline = Deadline::never());

  /// Asks the function to end; it sees that by its std::stop_token. False if that was asked before.
  bool request_stop() noexcept;
  std::stop_token stop_token() const noexcept;

  friend bool operator==(const ThreadRef&, const ThreadRef&) noexcept = default;

 protected:
  explicit ThreadRef(std::shared_ptr<ThreadState> state) noexcept : state_{std::move(state)} {}

  std::shared_ptr<ThreadState> state_;  // shared with the running thread

 private:
  friend class ThreadState;
};

/// The thread that calls.
ThreadRef current_thread();
/// The one that main() runs on; named "MainThread".
ThreadRef main_thread();
/// All that are alive: the main thread, those that were started and have not ended, and those of others that are known.
std::vector<ThreadRef> enumerate();
/// How many those are.
std::size_t active_count();

/// The id of the thread, greenlet or Task that calls. Python: threading.get_ident().
inline sync::ActorId get_ident() noexcept { return sync::current(); }
/// The kernel's id of the thread that calls. Python: threading.get_native_id().
int get_native_id() noexcept;

}  // namespace tandem::threading
