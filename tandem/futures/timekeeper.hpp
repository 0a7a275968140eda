#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/base/unique_function.hpp"
#include "tandem/sync/condition.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::futures {

/// Does things at their time, on a thread of its own, which is made when it is needed. What it does should be short: the next is
/// late otherwise.
///
/// The destructor does what end() does.
/// Thread safety: all members may be called from any thread.
class Timekeeper {
 public:
  Timekeeper() = default;
  ~Timekeeper() { end(); }
  Timekeeper(const Timekeeper&) = delete;
  Timekeeper& operator=(const Timekeeper&) = delete;

  /// Must not throw.
  using Action = base::UniqueFunction<void()>;
  /// When, and a number of its own.
  using Entry = std::pair<Deadline::TimePoint, std::uint64_t>;

  /// Makes the thread, if there is none yet; else at() would. Throws std::system_error.
  void start(const std::string& name);
  /// After start(). hurry() is for what can be `brought_forward`.
  Entry at(Deadline::TimePoint when, Action action, bool brought_forward = false);
  /// False if it is being done or was done; then it may use what it was given for a moment longer.
  bool drop(Entry entry) noexcept;
  /// What can be brought forward is to be done now.
  void hurry();
  /// Drops everything and waits for what is being done. After it, start() makes no thread.
  void end() noexcept;

 private:
  struct ToDo {
    Action action;
    bool can_be_brought_forward;
  };

  void run(const std::stop_token& stop);

  sync::Lock lock_{"Timekeeper"};
  sync::Condition changed_{lock_};  // there is a new first one
  std::map<Entry, ToDo> to_do_;     // guarded by lock_, as is all below
  std::uint64_t last_number_ = 0;
  bool ended_ = false;
  std::optional<threading::Thread> thread_;
};

}  // namespace tandem::futures
