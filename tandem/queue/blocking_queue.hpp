#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/queue/errors.hpp"
#include "tandem/sync/condition.hpp"
#include "tandem/sync/guard.hpp"

namespace tandem::queue {

/// In which order a queue gives its items. Used under the queue's lock.
///
/// - push(item): all or nothing. What it throws leaves the order as it was, and the item where it is.
/// - next(): the item to be taken next. May throw, and changes nothing that can be seen; called when there is one.
/// - drop_next(): takes that item away, without fail. Called after next(), with no push between.
/// - take_all(): leaves it empty and gives what was there.
template <class Order, class T>
concept QueueOrder = requires(Order order, const Order& constant, T& item) {
  order.push(std::move(item));
  { order.next() } -> std::same_as<T&>;
  { order.drop_next() } noexcept;
  { order.take_all() } noexcept -> std::same_as<Order>;
  { constant.size() } noexcept -> std::same_as<std::size_t>;
};

/// What Queue, LifoQueue and PriorityQueue have in common: all but the order of the items. T need only be movable.
///
/// put() waits while `maxsize` items are in it (0: no limit), get() while it is empty. Each comes in three manners: waiting up to a
/// deadline and throwing Full / Empty as in Python, *_nowait(), and try_*(), which answers instead of throwing, and which a request
/// to stop may end, too.
///
/// shutdown() ends it: put() throws ShutDown from then on, get() once the rest has been taken. A range-for takes items until then.
/// task_done() and join() count as in Python: join() returns when each item that was put has been reported done.
///
/// Whatever waits throws KeyboardInterrupt, see sync/interrupt.hpp; the queue is then as if it had not been called.
///
/// Guarantees: an exception from T's copy, move or comparison leaves the queue as it was. Waiters are woken first come, first
/// served, but somebody who just comes along may be quicker than the woken one. Memory order: what was done before put() is visible
/// to whoever gets that item. Lifetime: nobody may use it while it is destroyed; items left in it are destroyed with it.
template <class T, QueueOrder<T> Order>
class BlockingQueue {
 public:
  class iterator;
  struct sentinel {};

  explicit BlockingQueue(std::size_t maxsize = 0, Order order = {}) : items_{std::move(order)}, maxsize_{maxsize} {}
  BlockingQueue(const BlockingQueue&) = delete;
  BlockingQueue& operator=(const BlockingQueue&) = delete;

  void put(T item, Deadline deadline = Deadline::never()) {
    if (!offer(item, deadline)) throw Full{};
  }
  void put_nowait(T item) { put(std::move(item), Deadline::passed()); }
  /// False if there was no room in time; the item is moved from only if it went in. Throws ShutDown.
  bool try_put(T&& item, Deadline deadline = Deadline::passed()) { return offer(item, deadline); }
  bool try_put(T&& item, std::stop_token stop, Deadline deadline = Deadline::never()) { return offer(item, deadline, &stop); }
  bool try_put(const T& item, Deadline deadline = Deadline::passed()) {
    T copy(item);
    return offer(copy, deadline);
  }
  bool try_put(const T& item, std::stop_token stop, Deadline deadline = Deadline::never()) {
    T copy(item);
    return offer(copy, deadline, &stop);
  }

  T get(Deadline deadline = Deadline::never()) {
    const sync::Guard hold{mutex_};
    if (!await_item(deadline)) {
      if (is_shut_down_) throw ShutDown{};
      throw Empty{};
    }
    const DropOnReturn drop{*this};
    return or_pass_on(not_empty_, [this] { return T(std::move(items_.next())); });
  }
  T get_nowait() { return get(Deadline::passed()); }
  /// Nothing if the queue stayed empty until the deadline, or was shut down and emptied.
  std::optional<T> try_get(Deadline deadline = Deadline::passed()) {
    std::optional<T> item;
    take_into(item, deadline);
    return item;
  }
  std::optional<T> try_get(std::stop_token stop, Deadline deadline = Deadline::never()) {
    std::optional<T> item;
    take_into(item, deadline, &stop);
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
  /// May be changed at any time: those who wait for room see it at once. What is in the queue stays, also if it is more.
  void maxsize(std::size_t items) {
    const sync::Guard hold{mutex_};
    maxsize_ = items;
    if (!is_full()) not_full_.notify_all();
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
  bool join(std::stop_token stop, Deadline deadline = Deadline::never()) {
    const sync::Guard hold{mutex_};
    return all_done_.wait_for([this] { return unfinished_ == 0; }, std::move(stop), deadline);
  }

  /// Lets nothing more in. With `immediate`, what is in it is dropped too, and counts as done. Everybody who waits is released.
  void shutdown(bool immediate = false) {
    std::optional<Order> dropped;  // destroyed after the lock is free: a destructor of T may use this queue
    const sync::Guard hold{mutex_};
    is_shut_down_ = true;
    if (immediate) {
      const std::size_t count = items_.size();
      dropped.emplace(items_.take_all());
      unfinished_ -= count < unfinished_ ? count : unfinished_;
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
  /// Whoever was notified and then fails (a move of T threw, or memory was short) has used up a wake-up that was meant for what is
  /// still there: another item, or room for one. Passes it on then.
  template <class Step>
  static decltype(auto) or_pass_on(sync::Condition& wake_up, Step step) {
    try {
      return step();
    } catch (...) {
      wake_up.notify();
      throw;
    }
  }

  bool is_full() const noexcept { return maxsize_ != 0 && items_.size() >= maxsize_; }

  bool offer(T& item, Deadline deadline, const std::stop_token* stop = nullptr) {
    const sync::Guard hold{mutex_};
    const bool room = not_full_.wait_for([this] { return is_shut_down_ || !is_full(); }, deadline, {.stop = stop});
    if (is_shut_down_) throw ShutDown{};
    if (!room) return false;
    or_pass_on(not_full_, [&] { items_.push(std::move(item)); });
    ++unfinished_;
    not_empty_.notify();
    return true;
  }

  /// False if there is none when the wait is over, or there will be none.
  bool await_item(Deadline deadline, const std::stop_token* stop = nullptr) {
    not_empty_.wait_for([this] { return is_shut_down_ || items_.size() != 0; }, deadline, {.stop = stop});
    return items_.size() != 0;
  }
  void drop_next() noexcept {
    items_.drop_next();
    if (!is_full()) not_full_.notify();  // it may be: maxsize can be set below what is there
  }
  /// Drops the next item once it stands in the caller's place, and not if the move there threw. The tempting wrong version keeps it
  /// in a local, drops, and returns the local: a compiler need not elide that last move, which may throw when the item is gone.
  class DropOnReturn {
   public:
    explicit DropOnReturn(BlockingQueue& queue) noexcept : queue_{queue} {}
    DropOnReturn(const DropOnReturn&) = delete;
    DropOnReturn& operator=(const DropOnReturn&) = delete;
    ~DropOnReturn() {
      if (std::uncaught_exceptions() == exceptions_) queue_.drop_next();
    }

   private:
    BlockingQueue& queue_;
    int exceptions_ = std::uncaught_exceptions();
  };
  void take_into(std::optional<T>& item, Deadline deadline, const std::stop_token* stop = nullptr) {
    const sync::Guard hold{mutex_};
    if (!await_item(deadline, stop)) return;
    or_pass_on(not_empty_, [&] { item.emplace(std::move(items_.next())); });
    drop_next();
  }

  mutable sync::Lock mutex_{"Queue"};  // guards all below
  sync::Condition not_empty_{mutex_};
  sync::Condition not_full_{mutex_};
  sync::Condition all_done_{mutex_};
  Order items_;
  std::size_t maxsize_;
  std::size_t unfinished_ = 0;  // put, and not yet reported done
  bool is_shut_down_ = false;
};

/// Takes the next item with each step; equals the end once the queue is shut down and empty.
template <class T, QueueOrder<T> Order>
class BlockingQueue<T, Order>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;

  explicit iterator(BlockingQueue& from) : queue_{&from} { ++*this; }

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
  BlockingQueue* queue_;
  mutable std::optional<T> item_;
};

}  // namespace tandem::queue
