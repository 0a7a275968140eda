#pragma once

#include <type_traits>
#include <utility>

#include "tandem/remote/call.hpp"
#include "tandem/remote/message.hpp"

namespace tandem::multiprocessing {

/// A function with its arguments, as data: made here, sent anywhere, called there, once or often. What Python has as a pickled
/// functools.partial. What it returns is dropped; let the function put its result somewhere.
///
/// Functions and arguments are what can go to a Process: a function, a lambda without captures, an object with serialize().
/// An empty Task throws std::logic_error when it is called.
///
///     mp::Queue<mp::Task> work;
///     work.put(mp::Task{download, url});        // in one process
///     for (mp::Task& task : work) task();       // in another
class Task {
 public:
  Task() = default;
  template <class F, class... Args>
    requires(!std::is_same_v<std::decay_t<F>, Task>)
  explicit Task(F&& fn, Args&&... args) : call_{remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...).message} {}

  /// Throws what the function throws, and std::runtime_error if it cannot be found here.
  void operator()() const;
  explicit operator bool() const noexcept { return !call_.bytes.empty(); }

  void save(remote::OutputArchive& out) const;
  void load(remote::InputArchive& in);

 private:
  remote::Message call_;
};

}  // namespace tandem::multiprocessing
