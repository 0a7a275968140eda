#include "tandem/multiprocessing/condition.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "tandem/remote/archive.hpp"
#include "tandem/sync/shared_futex.hpp"

namespace tandem::multiprocessing {

Condition::Condition(AnyLock lock) : SharedHandle{shared::Kind::condition}, lock_{std::move(lock)}, places_{object()} {}

void Condition::save(remote::OutputArchive& out) const {
  save_object(out);
  out(std::holds_alternative<RLock>(lock_));
  std::visit([&out](const auto& lock) { lock.save(out); }, lock_);
}

void Condition::load(remote::InputArchive& in) {
  load_object(in, shared::Kind::condition);
  bool recursive = true;
  in(recursive);
  lock_ = recursive ? AnyLock{RLock{Blank{}}} : AnyLock{Lock{Blank{}}};
  std::visit([&in](auto& lock) { lock.load(in); }, lock_);
  places_ = WaitingPlaces{object()};
}

/// Begins to wait, gives the lock up, sleeps, takes the lock again. Beginning before giving up is the whole point: a notify that
/// comes between the two finds the place.
class Condition::Wait {
 public:
  Wait(Condition& condition, WaitingPlace& place, Deadline deadline) noexcept
      : condition_{condition}, place_{place}, deadline_{deadline}, reacquire_{condition.word(), Deadline::never()} {}

  sync::Step step(sync::Wake why) noexcept {
    switch (phase_) {
      case Phase::enlisting:
        place_.word.store(WaitingPlace::waiting, std::memory_order_release);
        if (RLock* rlock = condition_.rlock()) levels_ = rlock->give_up_levels();
        static_cast<void>(condition_.word().release());  // held: expect_held() looked
        phase_ = Phase::sleeping;
        return sleep();
      case Phase::sleeping:
        if (!over(why)) {
          if (!next_look_.expired()) return sleep();
          next_look_ = sync::SharedFutex::nap;
          if (!condition_.should_inherit(place_)) return sleep();
          // Only as a try: its holder may be long, and we look again.
          if (!condition_.word().acquire(Deadline::passed())) return sleep();
          condition_.inherit();
          // A lock that was taken over must not be given up here: who takes it next would not learn that it was.
          if (place_.is_waiting() && !condition_.word().recovered()) return sleep_again();
          place_.word.store(notified, std::memory_order_relaxed);
          return leave();
        }
        phase_ = Phase::reacquiring;
        why = sync::Wake::start;
        [[fallthrough]];
      case Phase::reacquiring:
        if (sync::Step park = reacquire_.step(why)) {
          park->cancel.allowed = false;  // who waits here may leave with the lock only
          return park;
        }
        return leave();
    }
    return {};  // all phases return above
  }

  bool was_notified() const noexcept { return notified_; }

 private:
  enum class Phase { enlisting, sleeping, reacquiring };

  bool over(sync::Wake why) const noexcept {
    if (!place_.is_waiting() || why == sync::Wake::cancelled) return true;
    return why == sync::Wake::timed_out && deadline_.expired();
  }
  sync::Step sleep() const noexcept { return sync::Park{&place_.word, WaitingPlace::waiting, std::min(deadline_, next_look_)}; }
  sync::Step sleep_again() const noexcept {
    static_cast<void>(condition_.word().release());
    return sleep();
  }

  /// With the lock. Decided here, and not by how the sleep ended: a notify may have come while we waited for the lock.
  sync::Step leave() noexcept {
    if (RLock* rlock = condition_.rlock()) rlock->take_back_levels(levels_);
    notified_ = place_.word.load(std::memory_order_relaxed) == notified;
    place_.word.store(WaitingPlace::free, std::memory_order_release);
    return {};
  }

  Condition& condition_;
  WaitingPlace& place_;
  const Deadline deadline_;
  sync::RobustLockWord::Acquire reacquire_;
  Deadline next_look_ = sync::SharedFutex::nap;  // for notifications of the dead
  Phase phase_ = Phase::enlisting;
  std::uint64_t levels_ = 0;
  bool notified_ = false;
};

bool Condition::wait_until(Deadline deadline, sync::Cancel cancel) {
  expect_held("wait");
  Wait machine{*this, enlist(), deadline};
  sync::drive<sync::SharedFutex>(machine, cancel);
  return machine.was_notified() || sync::gave_up(deadline);
}

WaitingPlace& Condition::enlist() {
  WaitingPlaces::Line& line = state().line;
  if (WaitingPlace* place = places_.take(line)) return *place;
  inherit();
  for (WaitingPlace& place : places_.used(line)) {
    if (place.is_waiting() && place.is_owned_by_the_dead()) place.word.store(WaitingPlace::free, std::memory_order_relaxed);
  }
  if (WaitingPlace* place = places_.take(line)) return *place;
  places_.grow(line, object());
  return *places_.take(line);
}

void Condition::notify(std::size_t n) {
  expect_held("notify");
  const WaitingPlaces::Line& line = state().line;
  if (n >= WaitingPlaces::capacity) {  // all of them, so the order does not matter
    for (WaitingPlace& place : places_.used(line)) {
      if (place.is_waiting()) give(place);
    }
    return;
  }
  while (n > 0) {
    WaitingPlace* const place = places_.oldest(line);
    if (place == nullptr) return;
    if (give(*place)) --n;
  }
}

/// Under the lock: notifies who waits there. False if that one is dead; its place is free then.
bool Condition::give(WaitingPlace& place) const noexcept {
  place.others_at.store(state().line.next_ticket, std::memory_order_relaxed);
  place.word.store(notified, std::memory_order_release);
  // Somebody who was woken lives. Asking about one who was not costs more, and is seldom needed.
  if (sync::SharedFutex::wake(place.word, 1) > 0 || !place.is_owned_by_the_dead()) return true;
  place.word.store(WaitingPlace::free, std::memory_order_relaxed);
  return false;
}

/// Whether a notification lies there that nobody will take.
bool Condition::is_orphaned(const WaitingPlace& place) const noexcept {
  return place.word.load(std::memory_order_acquire) == notified && place.is_owned_by_the_dead();
}

/// Without the lock, by a waiter: whether there is a notification for it to inherit. Nobody who comes later is older, so if there
/// is no older one now, there never will be.
bool Condition::should_inherit(const WaitingPlace& mine) const noexcept {
  const auto used = places_.used(state().line);
  const std::uint64_t ticket = mine.ticket.load(std::memory_order_relaxed);
  const auto for_me = [&](const WaitingPlace& place) {
    return is_orphaned(place) && place.others_at.load(std::memory_order_relaxed) > ticket;
  };
  const auto before_me = [&](const WaitingPlace& place) {
    return place.is_waiting() && place.ticket.load(std::memory_order_relaxed) < ticket && !place.is_owned_by_the_dead();
  };
  return std::ranges::any_of(used, for_me) && std::ranges::none_of(used, before_me);
}

/// Under the lock: passes on all notifications that nobody will take, each to the oldest who waited when it was given, and lives;
/// or to nobody.
void Condition::inherit() const noexcept {
  const WaitingPlaces::Line& line = state().line;
  for (WaitingPlace& place : places_.used(line)) {
    if (!is_orphaned(place)) continue;
    WaitingPlace* heir = nullptr;
    do {
      heir = places_.oldest(line, place.others_at.load(std::memory_order_relaxed));
    } while (heir != nullptr && !give(*heir));
    // Last, so that a death on the way leaves it to be passed on once more, rather than not at all.
    place.word.store(WaitingPlace::free, std::memory_order_release);
  }
}

void Condition::expect_held(const char* call) const {
  const auto is_held = [](const auto& lock) {
    if constexpr (requires { lock.is_owned(); }) {
      return lock.is_owned();
    } else {
      return lock.locked();
    }
  };
  if (std::visit(is_held, lock_)) return;
  const char* const name = std::visit([](const auto& lock) { return lock.name(); }, lock_);
  throw std::logic_error(std::string{"Condition::"} + call + " without its lock '" + name + "': acquire it first");
}

}  // namespace tandem::multiprocessing
