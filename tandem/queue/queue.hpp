#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/queue/errors.hpp"
#include "tandem/sync/condition.hpp"
#include "tandem/sync/guard.hpp"

namespace tandem::queue {

/// A first-in first-out channel between threads. Python: queue.Queue. T need only be movable.
///
/// put() waits while `maxsize` items are in it (0: no limit), get() while it is empty. Each comes in three manners: waiting up to a
/// deadline and throwing Full / Empty as in Python, *_nowait(), and try_*(), which answers instead of throwing.
///
/// shutdown() ends it: put() throws ShutDown from then on, get() once the rest has been taken. A range-for takes items until then.
/// task_done() and join() count as in Python: join() returns when each item that was put has been reported done.
///
/// Whatever waits throws KeyboardInterrupt, see sync/interrupt.hpp; the queue is then as if it had not been called.
///
/// Guarantees: FIFO; an exception from T's copy or move leaves the queue as it was. Waiters are woken first come, first served, but
/// somebody who just comes along may be quicker than the woken one. Memory order: what was done before put() is visible to whoever
/// gets that item. Lifetime: nobody may use it while it is destroyed; items left in it are destroyed with it.
///
///     Queue<Job> jobs{100};
///     jobs.put(job);  jobs.put(job, 50ms);
///     for (Job& job : jobs) { run(job); jobs.task_done(); }
template <class T>
class Queue {
 public:
  class iterator;
  struct sentinel {};

  explicit Queue(std::size_t maxsize = 0) noexcept : maxsize_{maxsize} {}

  void put(T item, Deadline deadline = Deadline::never()) {
    if (!offer(item, deadline)) throw Full{};
  }
  void put_nowait(T item) { put(std::move(item), Deadline::passed()); }
  /// False if there was no room in time; the item is moved from only if it went in. Throws ShutDown.
  bool try_put(T&& item, Deadline deadline = Deadline::passed()) { return offer(item, deadline); }
  bool try_put(const T& item, Deadline deadline = Deadline::passed()) {
    T copy(item);
    return offer(copy, deadline);
  }

  T get(Deadline deadline = Deadline::never()) {
    const sync::Guard hold{mutex_};
    if (!await_item(deadline)) {
      if (is_shut_down_) throw ShutDown{};
      throw Empty{};
    }
    const PassOn wake_up{not_empty_};
    T item(std::move(items_.front()));  // returned in place: once it has left the queue, nothing is moved that could throw
    drop_front();
    return item;
  }
  T get_nowait() { return get(Deadline::passed()); }
  /// Nothing if the queue stayed empty until the deadline, or was shut down and emptied.
  std::optional<T> try_get(Deadline deadline = Deadline::passed()) {
    std::optional<T> item;
    take_into(item, deadline);
    return item;
  }

  /// Of the moment, for display; another thread may change it before the caller looks.
  std::size_t qsize() const {
    const sync::Guard hold{mutex_};
    return items_.size();
  }
  bool empty() const { return qsize() == 0; }
  bool full() const {
    const sync::Guard hold{mutex_};
    return is_full();
  }
  std::size_t maxsize() const {
    const sync::Guard hold{mutex_};
    return maxsize_;
  }

  /// Reports one gotten item as worked off. Throws std::invalid_argument if that was said more often than items were put.
  void task_done() {
    const sync::Guard hold{mutex_};
    if (unfinished_ == 0) throw std::invalid_argument("Queue::task_done: called more often than items were put");
    if (--unfinished_ == 0) all_done_.notify_all();
  }
  /// Waits until all items were reported done; false if the deadline passed first.
  bool join(Deadline deadline = Deadline::never()) {
    const sync::Guard hold{mutex_};
    return all_done_.wait_for([this] { return unfinished_ == 0; }, deadline);
  }

  /// Lets nothing more in. With `immediate`, what is in it is dropped too, and counts as done. Everybody who waits is released.
  void shutdown(bool immediate = false) {
    std::deque<T> dropped;  // destroyed after the lock is free: a destructor of T may use this queue
    const sync::Guard hold{mutex_};
    is_shut_down_ = true;
    if (immediate) {
      dropped.swap(items_);
      unfinished_ -= dropped.size() < unfinished_ ? dropped.size() : unfinished_;
      if (unfinished_ == 0) all_done_.notify_all();
    }
    not_empty_.notify_all();
    not_full_.notify_all();
  }
  bool is_shut_down() const {
    const sync::Guard hold{mutex_};
    return is_shut_down_;
  }

  iterator begin() { return iterator{*this}; }
  sentinel end() const noexcept { return {}; }

 private:
  /// Whoever was notified and then fails (a move of T threw) has used up a wake-up that was meant for what is still there: another
  /// item, or room for one. Passes it on while an exception leaves the scope.
  class PassOn {
   public:
    explicit PassOn(sync::Condition& condition) noexcept : condition_{condition} {}
    PassOn(const PassOn&) = delete;
    PassOn& operator=(const PassOn&) = delete;
    ~PassOn() {
      if (std::uncaught_exceptions() > exceptions_) condition_.notify();
    }

   private:
    sync::Condition& condition_;
    const int exceptions_ = std::uncaught_exceptions();
  };

  bool is_full() const noexcept { return maxsize_ != 0 && items_.size() >= maxsize_; }

  bool offer(T& item, Deadline deadline) {
    const sync::Guard hold{mutex_};
    const bool room = not_full_.wait_for([this] { return is_shut_down_ || !is_full(); }, deadline);
    if (is_shut_down_) throw ShutDown{};
    if (!room) return false;
    const PassOn wake_up{not_full_};
    items_.push_back(std::move(item));
    ++unfinished_;
    not_empty_.notify();
    return true;
  }

  /// False if there is none when the deadline has passed, or there will be none.
  bool await_item(Deadline deadline) {
    not_empty_.wait_for([this] { return is_shut_down_ || !items_.empty(); }, deadline);
    return !items_.empty();
  }
  void drop_front() noexcept {
    items_.pop_front();
    not_full_.notify();
  }
  void take_into(std::optional<T>& item, Deadline deadline) {
    const sync::Guard hold{mutex_};
    if (!await_item(deadline)) return;
    const PassOn wake_up{not_empty_};
    item.emplace(std::move(items_.front()));
    drop_front();
  }

  mutable sync::Lock mutex_{"Queue"};  // guards all below
  sync::Condition not_empty_{mutex_};
  sync::Condition not_full_{mutex_};
  sync::Condition all_done_{mutex_};
  std::deque<T> items_;
  std::size_t maxsize_;
  std::size_t unfinished_ = 0;  // put, and not yet reported done
  bool is_shut_down_ = false;
};

/// Takes the next item with each step; equals the end once the queue is shut down and empty.
template <class T>
class Queue<T>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;

  explicit iterator(Queue& from) : queue_{&from} { ++*this; }

  T& operator*() const noexcept { return *item_; }
  T* operator->() const noexcept { return &*item_; }
  iterator& operator++() {
    item_.reset();  // the last one is destroyed before we wait for the next
    queue_->take_into(item_, Deadline::never());
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& it, sentinel) noexcept { return !it.item_.has_value(); }

 private:
  Queue* queue_;
  mutable std::optional<T> item_;
};

}  // namespace tandem::queue
