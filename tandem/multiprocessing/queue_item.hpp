#pragma once

#include <array>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "tandem/multiprocessing/message_ring.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/callable.hpp"
#include "tandem/remote/message.hpp"

namespace tandem::multiprocessing {

/// Numbers lie in a queue as they lie in memory, and so does what consists of nothing else and has no serialize() of its own, which
/// might say something different. All else is serialized. Not bool: another value than 0 and 1, from memory that something has
/// written over, would be undefined behaviour.
template <class T>
inline constexpr bool is_plain_item = (std::is_arithmetic_v<T> || std::is_enum_v<T>)&&!std::is_same_v<T, bool>;
template <class T, std::size_t n>
inline constexpr bool is_plain_item<std::array<T, n>> = n > 0 && is_plain_item<T>;
template <class T>
inline constexpr bool is_plain_item<std::complex<T>> = is_plain_item<T>;
template <class Rep, class Period>
inline constexpr bool is_plain_item<std::chrono::duration<Rep, Period>> = is_plain_item<Rep>;
template <class Clock, class Duration>
inline constexpr bool is_plain_item<std::chrono::time_point<Clock, Duration>> = is_plain_item<Duration>;

/// What lets a share in a shared object lie in a queue, and takes it out. See shared::Arena::enter_message().
void enter_queue(std::span<const shared::Reference> references) noexcept;
void leave_queue(std::span<const shared::Reference> references) noexcept;

// Up to so many bytes an item is copied before it goes into the queue, and when it comes out: that costs less than serializing it
// twice, or loading it while all others wait.
inline constexpr std::size_t small_item = 2048;

[[noreturn]] void throw_wrong_size(std::size_t expected, std::size_t found);

/// An item that is being put: serialized once to learn its size, which is all that a small one needs. A large one is then
/// serialized a second time, into its place in the queue, and not copied there; it must stay till then.
class OutgoingItem {
 public:
  /// Throws what the item's serialize() throws, std::invalid_argument if there are descriptors in it.
  template <class T>
  explicit OutgoingItem(const T& item) : serialize_{&serialize<T>}, item_{&item} {
    remote::OutputArchive out{bytes_, attachments_};
    serialize_(out, item_);
    finish(out.written());
  }
  OutgoingItem(const OutgoingItem&) = delete;
  OutgoingItem& operator=(const OutgoingItem&) = delete;

  OutgoingMessage message() const noexcept { return {size_, references_}; }
  /// Into a place of that size; shares in what it means lie in the queue from here on. Throws std::logic_error if it comes to
  /// another size than before.
  void write(std::span<std::byte> place) const;

 private:
  using Serialize = void (*)(remote::OutputArchive&, const void*);
  template <class T>
  static void serialize(remote::OutputArchive& out, const void* item) {
    remote::detail::save_value(out, *static_cast<const T*>(item));
  }

  void finish(std::size_t size);

  Serialize serialize_;
  const void* item_;
  std::size_t size_ = 0;
  remote::Message attachments_;
  std::vector<shared::Reference> references_;
  std::array<char, small_item> bytes_;  // if it is small
};

/// An item that is being gotten. It is read under the queue's lock: a small one is copied here and loaded later, a large one is
/// loaded from its place.
class IncomingItem {
 public:
  IncomingItem() = default;
  IncomingItem(const IncomingItem&) = delete;
  IncomingItem& operator=(const IncomingItem&) = delete;
  ~IncomingItem() { leave_queue(references_); }

  /// Under the lock. The shares that the message had are this process's from here on.
  template <class T>
  void read(const IncomingMessage& message) {
    take(message.references);
    size_ = message.payload.size();
    if (size_ <= small_item) {
      if (size_ != 0) std::memcpy(bytes_.data(), message.payload.data(), size_);
    } else {
      auto loaded = std::make_unique<Loaded<T>>();
      remote::InputArchive in{{reinterpret_cast<const char*>(message.payload.data()), message.payload.size()}, {}, objects_};
      remote::detail::load_value(in, loaded->item);
      loaded_ = std::move(loaded);
    }
  }

  /// Once, afterwards. Throws what the item's serialize() throws, and std::runtime_error if the bytes are no such item.
  template <class T>
  T load() {
    if (loaded_ != nullptr) return std::move(static_cast<Loaded<T>&>(*loaded_).item);
    T item = remote::detail::blank<T>();
    remote::InputArchive in{std::span{bytes_}.first(size_), {}, objects_};
    remote::detail::load_value(in, item);
    return item;
  }

 private:
  struct AnyLoaded {
    AnyLoaded() = default;
    AnyLoaded(const AnyLoaded&) = delete;
    AnyLoaded& operator=(const AnyLoaded&) = delete;
    virtual ~AnyLoaded() = default;
  };
  template <class T>
  struct Loaded final : AnyLoaded {
    T item = remote::detail::blank<T>();
  };

  void take(std::span<const shared::Reference> references);

  std::size_t size_ = 0;
  std::vector<shared::Reference> references_;
  std::vector<std::shared_ptr<shared::Object>> objects_;
  std::unique_ptr<AnyLoaded> loaded_;
  std::array<char, small_item> bytes_;  // if it is small
};

}  // namespace tandem::multiprocessing
