#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "tandem/threading/kept_threads.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::threading {

/// An object of a class derived from Thread, as make<T>() gives it. Its run() uses the derived part, so the thread must have ended
/// before that is destroyed, which the destructor of Thread would notice too late: this class joins first.
///
/// It can be neither copied nor moved, since its thread uses it. Several of them live in a std::list or std::deque.
///
///     std::deque<Made<Loader>> loaders;
///     for (auto& file : files) loaders.emplace_back(file).start();
template <class T>
class Made final : public T {
  static_assert(std::derived_from<T, Thread>, "make<T>(): T must be derived from Thread");

 public:
  template <class... Args>
    requires std::constructible_from<T, Args...>
  explicit Made(Args&&... args) : T(std::forward<Args>(args)...) {
    this->Thread::made_ = this;
  }
  Made(const Made&) = delete;
  Made(Made&&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() override { this->Thread::end(); }

  void start() & { this->Thread::start(); }
  /// Keeps it, as that of a temporary Thread does. It is moved to where it stays before it runs.
  void start() && {
    static_assert(std::is_move_constructible_v<T>,
                  "make<T>(...).start(): a temporary is kept, for which T must be movable; give it a name instead");
    auto kept = std::make_unique<Made>(static_cast<T&&>(*this));
    kept->start();
    keep(std::move(kept));
  }
};

/// Makes a thread of a class that derives from Thread and overrides run(). Python: a subclass of threading.Thread.
///
///     class Loader : public Thread { public: explicit Loader(std::string file); void run() override; };
///     auto loader = make<Loader>("urls.txt");  loader.start();  loader.join();
template <class T, class... Args>
[[nodiscard]] Made<T> make(Args&&... args) {
  return Made<T>(std::forward<Args>(args)...);
}

}  // namespace tandem::threading
