#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tandem::threading {

/// The values of one local<T>, apart from their type.
class LocalValues {
 public:
  LocalValues();
  /// Destroys the values of all threads.
  ~LocalValues();
  LocalValues(const LocalValues&) = delete;
  LocalValues& operator=(const LocalValues&) = delete;

  /// That of the calling thread; nullptr if it has none yet.
  void* find() const noexcept;
  /// Makes it that of the calling thread.
  void* add(std::shared_ptr<void> value);

 private:
  class Store;
  class Cache;
  static Cache* cache() noexcept;

  const std::uint64_t
      id_;  // never used again, so that what a thread remembers of a local that is gone is never taken for another's
  std::shared_ptr<Store> store_;
};

/// A variable of which each thread has its own. Python: threading.local.
///
/// A thread's T is made at its first use, of the arguments given here (each thread gets copies), and destroyed when the thread ends
/// or the local goes, whichever comes first; the local must not go while another thread uses its T. Reading costs a look-up in a
/// table of the thread.
///
///     local<std::vector<char>> buffer{4096};
///     buffer->resize(n);
template <class T>
class local {  // NOLINT: Python's name
 public:
  template <class... Args>
    requires std::is_constructible_v<T, std::decay_t<Args>&...>
  explicit local(Args&&... args)
      : make_{[bound = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)]() mutable {
          return std::apply([](auto&... arg) { return std::make_shared<T>(arg...); }, bound);
        }} {}

  /// The calling thread's own. What T's constructor throws comes out of here; then there is none yet.
  T& get() const {
    if (void* const mine = values_.find()) return *static_cast<T*>(mine);
    return *static_cast<T*>(values_.add(make_()));
  }
  T& operator*() const { return get(); }
  T* operator->() const { return &get(); }

 private:
  std::function<std::shared_ptr<T>()> make_;
  mutable LocalValues values_;
};

}  // namespace tandem::threading
