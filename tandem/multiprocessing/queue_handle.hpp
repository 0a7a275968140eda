#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>

#include "tandem/base/deadline.hpp"
#include "tandem/multiprocessing/message_ring.hpp"
#include "tandem/multiprocessing/shared_handle.hpp"
#include "tandem/multiprocessing/sleepers.hpp"

namespace tandem::multiprocessing {

struct QueueOptions {
  /// How many items; 0: any number.
  std::size_t maxsize = 0;
  /// How many bytes, with 8 to 15 more for each item; 0: as many as the machine has memory.
  std::uint64_t max_bytes = 0;
};

/// What the queues between processes have in common that has nothing to do with the items' type.
class QueueHandle : public SharedHandle {
 public:
  /// Of the moment: another process may change it before the caller looks. Works always (Python: not on all systems).
  std::size_t qsize() const { return ring().qsize(); }
  bool empty() const { return qsize() == 0; }
  bool full() const;
  std::size_t maxsize() const { return ring().maxsize(); }
  /// May be changed at any time: who waits for room sees it at once. What is in the queue stays, also if it is more.
  void maxsize(std::size_t items) { ring().maxsize(items); }

  /// Lets nothing more in: put() throws ShutDown from then on, get() once the rest has been taken. With `immediate`, what is in it
  /// is dropped too. Everybody who waits is released, in all processes. Python: queue.Queue.shutdown().
  void shutdown(bool immediate = false);
  bool is_shut_down() const { return ring().is_shut_down(); }

  /// This process will use the queue no more: its other calls throw std::invalid_argument from now on, also those that wait in
  /// other threads. What was put is there for the others. Python: close() (ValueError).
  void close();
  /// Nothing: what put() has returned from is in shared memory already, and no thread is behind it that one would have to wait for.
  void join_thread() const noexcept {}
  /// Nothing: see join_thread(). In Python it may lose items.
  void cancel_join_thread() const noexcept {}

  void save(remote::OutputArchive& out) const { save_object(out); }
  void load(remote::InputArchive& in);

 protected:
  explicit QueueHandle(QueueOptions options);
  explicit QueueHandle(Blank blank) noexcept : SharedHandle{blank} {}
  ~QueueHandle() = default;
  QueueHandle(const QueueHandle&) = default;
  QueueHandle& operator=(const QueueHandle&) = default;
  QueueHandle(QueueHandle&&) noexcept = default;
  QueueHandle& operator=(QueueHandle&&) noexcept = default;

  /// Throws std::logic_error for an empty handle.
  MessageRing& ring() const {
    object();
    return *ring_;
  }
  /// Says why the ring did not do it: false if there was no time. Throws ShutDown, std::invalid_argument, KeyboardInterrupt.
  static bool done(MessageRing::Outcome outcome, Deadline deadline);
  /// The same for who takes the end of the queue for an answer.
  static bool done_or_shut_down(MessageRing::Outcome outcome, Deadline deadline);

  // For JoinableQueue.
  void report_done(std::size_t items);
  bool wait_until_done(Deadline deadline, sync::Cancel cancel) const;

 private:
  /// In the slot.
  struct State {
    // How many items were reported done, counted as the ring counts those that were put.
    base::Atomic<std::uint32_t> done;
    Sleepers joiners;  // until all are done
  };

  std::uint32_t unfinished() const noexcept;

  MessageRing* ring_ = nullptr;  // this process's; lives as long as the object
};

}  // namespace tandem::multiprocessing
