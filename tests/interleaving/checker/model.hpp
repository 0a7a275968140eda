#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "tests/interleaving/checker/scheduler.hpp"

namespace tandem::interleaving {

/// What a model is made of: a few objects, two or three threads that use them, and what must hold in the end. It is built anew for
/// each schedule.
///
/// What threads share must be an object of the library, base::Atomic, or guarded by one of them: between two operations on these a
/// thread is not interrupted. Checks are those of GoogleTest.
class Model {
 public:
  explicit Model(Scheduler& scheduler) noexcept : scheduler_{scheduler} {}

  /// An object that lives until the schedule is over.
  template <class T, class... Args>
  T& make(Args&&... args) {
    auto object = std::make_shared<T>(std::forward<Args>(args)...);
    objects_.push_back(object);
    return *object;
  }

  void thread(std::string name, std::function<void()> body) { scheduler_.add_thread(std::move(name), std::move(body)); }
  /// The same, for the one thread that Ctrl-C concerns. It may come once, at any moment, or not at all.
  void interrupted_thread(std::string name, std::function<void()> body);
  /// The same, for one that may be killed at any moment, or not at all, like a process: see platform::has_ended().
  void mortal_thread(std::string name, std::function<void()> body);
  /// How often a sleeper was helped by nothing but the end of its nap: a wake was lost, or whoever should have woken it is dead.
  unsigned naps_for_nothing() const noexcept { return scheduler_.naps_for_nothing(); }
  /// Happens at any moment, or not at all, and in one piece.
  void may(const char* what, std::function<void()> action) { scheduler_.add_event(what, std::move(action)); }
  void may_pass(std::chrono::nanoseconds time);
  void may_request_stop(std::stop_source source);
  /// In the end, when all threads have ended.
  void finally(std::function<void()> check) { finally_.push_back(std::move(check)); }

  /// By a thread: in one piece, as std::stop_callback's destructor, which waits for a callback that runs, is not modelled.
  void request_stop(std::stop_source& source);

  /// After the run: does what finally() was given.
  void conclude() const;
  /// After a run that broke off: what was made is used by threads that stand still for ever, and is kept.
  void leak();

 private:
  Scheduler& scheduler_;
  std::vector<std::shared_ptr<void>> objects_;
  std::vector<std::function<void()>> finally_;
};

}  // namespace tandem::interleaving
