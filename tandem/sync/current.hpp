#pragma once

#include <cstdint>

namespace tandem::sync {

/// Who am I: the thread, greenlet or Task that runs here. Never zero, never used twice in the life of the process, and never the
/// bare thread id, since one thread carries many greenlets. Ownership (RLock) and identity (get_ident()) rest on it.
using ActorId = std::uint64_t;

inline constexpr ActorId nobody = 0;

ActorId current() noexcept;

/// Says that somebody else runs on this thread during the scope's lifetime: for the loops that switch greenlets and Tasks.
class ActorScope {
 public:
  explicit ActorScope(ActorId actor) noexcept;
  ~ActorScope();
  ActorScope(const ActorScope&) = delete;
  ActorScope& operator=(const ActorScope&) = delete;

 private:
  const ActorId outer_;
};

/// A new id, for a new greenlet or Task.
ActorId new_actor() noexcept;

}  // namespace tandem::sync
