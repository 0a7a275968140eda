#pragma once

#include <cstddef>
#include <cstring>
#include <deque>
#include <iterator>
#include <optional>
#include <ranges>
#include <stop_token>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/queue_handle.hpp"
#include "tandem/multiprocessing/queue_item.hpp"
#include "tandem/queue/errors.hpp"

namespace tandem::multiprocessing {

/// A queue between processes, first in, first out. Python: multiprocessing.Queue.
///
/// A handle, see SharedHandle: it goes to other processes as an argument or in another queue. An item is copied into shared memory
/// by put(), in the calling thread, and is there when put() returns, whatever becomes of the process afterwards; no thread carries
/// it. It is in the queue whole or not at all, and is gotten once. Any process may be killed at any instruction: the others go on.
/// A consumer takes at most the item along that it was just getting.
///
/// T is what can be an argument of a call: see remote::Serializable; also functions, Task, and handles, queues included.
/// Descriptors cannot lie in a queue.
///
/// put() waits while `maxsize` items or `max_bytes` bytes are in it, get() while it is empty. Each comes in three manners: waiting
/// up to a deadline and throwing Full / Empty as in Python, *_nowait(), and try_*(), which answers instead of throwing. All waits
/// throw KeyboardInterrupt, and the queue is then as if they had not been called.
///
/// Also throws: std::length_error for an item that is larger than max_bytes; std::system_error if memory is short, and the queue is
/// as before; std::runtime_error if something has written over the queue's memory, which ends it. Memory order: what was done
/// before put() is visible to whoever gets that item.
///
///     mp::Queue<std::string> lines;
///     mp::Process writer{[](mp::Queue<std::string> out) { out.put("hello"); }, lines};
template <class T>
class Queue : public QueueHandle {
  // An item travels like an argument, and is refused in the same words.
  static_assert(remote::detail::can_travel<T> || sizeof(remote::detail::RefuseValue<T>) != 0);

 public:
  class iterator;
  struct sentinel {};

  explicit Queue(std::size_t maxsize = 0) : QueueHandle{QueueOptions{.maxsize = maxsize}} {}
  explicit Queue(QueueOptions options) : QueueHandle{options} {}
  explicit Queue(Blank blank) noexcept : QueueHandle{blank} {}

  void put(const T& item, Deadline deadline = Deadline::never()) {
    if (!try_put(item, deadline)) throw queue::Full{};
  }
  void put_nowait(const T& item) { put(item, Deadline::passed()); }
  /// False if there was no room in time. Throws ShutDown.
  bool try_put(const T& item, Deadline deadline = Deadline::passed()) { return offer(item, deadline, {}); }
  bool try_put(const T& item, std::stop_token stop, Deadline deadline = Deadline::never()) {
    return offer(item, deadline, {.stop = &stop});
  }
  /// Puts all of them, several at a time if there is room; says how many went in until the deadline. What goes in together is in
  /// one piece in the queue. Throws ShutDown if none went in.
  template <std::ranges::forward_range Items>
  std::size_t put_many(Items&& items, Deadline deadline = Deadline::never());

  T get(Deadline deadline = Deadline::never());
  T get_nowait() { return get(Deadline::passed()); }
  /// Nothing if the queue stayed empty until the deadline, or was shut down and emptied.
  std::optional<T> try_get(Deadline deadline = Deadline::passed()) { return take(deadline, {}); }
  std::optional<T> try_get(std::stop_token stop, Deadline deadline = Deadline::never()) { return take(deadline, {.stop = &stop}); }
  /// Waits for an item, and takes those that are there, up to `most`. None if it stayed empty until the deadline, or was shut down.
  std::vector<T> get_many(std::size_t most, Deadline deadline = Deadline::never());

  /// Items until the queue is shut down and empty.
  iterator begin() { return iterator{*this}; }
  sentinel end() const noexcept { return {}; }

 private:
  static constexpr bool is_plain = is_plain_item<T>;

  static void read_plain(const IncomingMessage& message, T& item) {
    if (message.payload.size() != sizeof item) throw_wrong_size(sizeof item, message.payload.size());
    std::memcpy(&item, message.payload.data(), sizeof item);
  }
  bool take_plain(T& item, Deadline deadline, sync::Cancel cancel) {
    const auto read = [&item](const IncomingMessage& message) { read_plain(message, item); };
    return done_or_shut_down(ring().get(read, deadline, cancel), deadline);
  }
  [[noreturn]] void refuse_to_get() const {
    if (is_shut_down()) throw queue::ShutDown{};
    throw queue::Empty{};
  }

  bool offer(const T& item, Deadline deadline, sync::Cancel cancel);
  std::optional<T> take(Deadline deadline, sync::Cancel cancel);
};

template <class T>
bool Queue<T>::offer(const T& item, Deadline deadline, sync::Cancel cancel) {
  if constexpr (is_plain) {
    const auto write = [&item](std::span<std::byte> place) { std::memcpy(place.data(), &item, sizeof item); };
    return done(ring().put({.size = sizeof item, .references = {}}, write, deadline, cancel), deadline);
  } else {
    const OutgoingItem outgoing{item};
    const auto write = [&outgoing](std::span<std::byte> place) { outgoing.write(place); };
    return done(ring().put(outgoing.message(), write, deadline, cancel), deadline);
  }
}

template <class T>
T Queue<T>::get(Deadline deadline) {
  if constexpr (is_plain) {
    T item;
    if (!take_plain(item, deadline, {})) refuse_to_get();
    return item;
  } else {
    std::optional<T> item = take(deadline, {});
    if (!item) refuse_to_get();
    return *std::move(item);
  }
}

template <class T>
std::optional<T> Queue<T>::take(Deadline deadline, sync::Cancel cancel) {
  if constexpr (is_plain) {
    T item;
    if (!take_plain(item, deadline, cancel)) return std::nullopt;
    return item;
  } else {
    IncomingItem incoming;
    const auto read = [&incoming](const IncomingMessage& message) { incoming.read<T>(message); };
    if (!done_or_shut_down(ring().get(read, deadline, cancel), deadline)) return std::nullopt;
    return incoming.load<T>();
  }
}

template <class T>
template <std::ranges::forward_range Items>
std::size_t Queue<T>::put_many(Items&& items, Deadline deadline) {
  std::size_t in = 0;
  const auto put_all = [&](std::size_t count, auto describe, auto write) {
    const auto outcome = ring().put_many(in, count, describe, write, deadline);
    if (outcome != MessageRing::Outcome::shut_down || in == 0) done(outcome, deadline);
  };
  if constexpr (is_plain) {
    const std::vector<T> all(std::ranges::begin(items), std::ranges::end(items));
    const OutgoingMessage each{.size = sizeof(T), .references = {}};
    put_all(
        all.size(), [&each](std::size_t) -> const OutgoingMessage& { return each; },
        [&all](std::size_t i, std::span<std::byte> place) { std::memcpy(place.data(), &all[i], sizeof(T)); });
  } else {
    static_assert(
        std::is_lvalue_reference_v<std::ranges::range_reference_t<Items>>,
        "tandem: put_many takes a range of items that exist, such as a std::vector, not of such that are made on the way");
    std::deque<OutgoingItem> all;
    for (const T& item : items) all.emplace_back(item);
    put_all(
        all.size(), [&all](std::size_t i) { return all[i].message(); },
        [&all](std::size_t i, std::span<std::byte> place) { all[i].write(place); });
  }
  return in;
}

template <class T>
std::vector<T> Queue<T>::get_many(std::size_t most, Deadline deadline) {
  std::vector<T> items;
  std::size_t out = 0;
  if constexpr (is_plain) {
    const auto read = [&items](const IncomingMessage& message) { read_plain(message, items.emplace_back()); };
    done_or_shut_down(ring().get_many(out, most, read, deadline), deadline);
  } else {
    std::vector<std::unique_ptr<IncomingItem>> incoming;
    const auto read = [&incoming](const IncomingMessage& message) {
      incoming.push_back(std::make_unique<IncomingItem>());
      incoming.back()->template read<T>(message);
    };
    done_or_shut_down(ring().get_many(out, most, read, deadline), deadline);
    items.reserve(incoming.size());
    for (const auto& item : incoming) items.push_back(item->template load<T>());
  }
  return items;
}

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
    item_ = queue_->take(Deadline::never(), {});
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& it, sentinel) noexcept { return !it.item_.has_value(); }

 private:
  Queue* queue_;
  mutable std::optional<T> item_;
};

}  // namespace tandem::multiprocessing
