#include "tandem/multiprocessing/barrier.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/shared_futex.hpp"

namespace tandem::multiprocessing {
namespace {

constexpr int most_parties = WaitingPlaces::capacity + 1;  // the last one needs no place
constexpr std::uint64_t action_offset = WaitingPlaces::size;
static_assert(action_offset % 4096 == 0);

}  // namespace

/// Holds the lock, in order: what a holder left undone that died is done. Ctrl-C does not end the wait for it.
class Barrier::Inside {
 public:
  explicit Inside(const Barrier& barrier) noexcept : barrier_{barrier} {
    barrier.state().lock.hold();
    if (barrier.state().lock.recovered()) barrier.repair();
  }
  ~Inside() { static_cast<void>(barrier_.state().lock.release()); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  const Barrier& barrier_;
};

/// The sleep of a party that has come and is not the last. Ends with the place's word as it is.
class Barrier::Wait {
 public:
  Wait(const Barrier& barrier, const WaitingPlace& place, Deadline deadline) noexcept
      : barrier_{barrier}, place_{place}, deadline_{deadline} {}

  sync::Step step(sync::Wake why) noexcept {
    if (!place_.is_waiting()) return {};
    if (why == sync::Wake::cancelled) {
      give_up_ = Fate::called_off;
      return {};
    }
    if (why == sync::Wake::timed_out && deadline_.expired()) return {};
    if (next_look_.expired()) {
      next_look_ = sync::SharedFutex::nap;
      barrier_.look_for_the_dead(place_);
    }
    return sync::Park{&place_.word, WaitingPlace::waiting, std::min(deadline_, next_look_)};
  }

  /// What it is if nobody has decided otherwise.
  Fate give_up() const noexcept { return give_up_; }

 private:
  const Barrier& barrier_;
  const WaitingPlace& place_;
  const Deadline deadline_;
  Deadline next_look_ = sync::SharedFutex::nap;
  Fate give_up_ = Fate::timed_out;
};

Barrier::Barrier(int parties, std::chrono::nanoseconds timeout) : SharedHandle{shared::Kind::barrier}, places_{object()} {
  State& its = state();
  its.parties = static_cast<std::uint32_t>(sync::checked_parties(parties, most_parties));
  its.timeout = timeout.count();
  its.condition.store(Fate::passed, std::memory_order_relaxed);
}

void Barrier::load(remote::InputArchive& in) {
  load_object(in, shared::Kind::barrier);
  places_ = WaitingPlaces{object()};
}

void Barrier::keep_action(const remote::Call& call) {
  const std::vector<char>& bytes = call.message.bytes;
  if (!call.message.descriptors.empty() || !call.message.objects.empty()) {
    throw std::invalid_argument(
        "Barrier: its action holds a descriptor or a shared object, but must be a plain function: hand such "
        "things to the processes beside the barrier");
  }
  object().window().allocate(action_offset, bytes.size());
  const platform::Mapping memory = object().window().map(action_offset, bytes.size());
  std::memcpy(memory.data(), bytes.data(), bytes.size());
  state().action_size = static_cast<std::uint32_t>(bytes.size());
}

int Barrier::wait_until(Deadline deadline, sync::Cancel cancel) {
  expect_no_action("wait");
  int index = 0;
  WaitingPlace* const place = arrive(index);
  if (place == nullptr) return index;
  Wait machine{*this, *place, deadline};
  sync::drive<sync::SharedFutex>(machine, cancel);
  const Fate fate = leave(*place, machine.give_up());
  if (fate == Fate::passed) return index;
  if (fate == Fate::called_off) sync::check_interrupt();
  throw_broken(fate);
}

/// nullptr for the last one, who need not wait.
WaitingPlace* Barrier::arrive(int& index) {
  const Inside lock{*this};
  State& its = state();
  if (const Fate broken = its.condition.load(std::memory_order_relaxed); broken != Fate::passed) throw_broken(broken);
  index = static_cast<int>(its.arrived);
  if (its.arrived + 1 < its.parties) {
    WaitingPlace& place = enlist();
    place.word.store(WaitingPlace::waiting, std::memory_order_release);
    ++its.arrived;
    return &place;
  }
  run_action();
  settle(Fate::passed);
  return nullptr;
}

WaitingPlace& Barrier::enlist() {
  WaitingPlaces::Line& line = state().line;
  if (WaitingPlace* place = places_.take(line)) return *place;
  // Those of the dead that somebody still waits with are found by look_for_the_dead(); the others died after they had been let go.
  for (WaitingPlace& place : places_.used(line)) {
    if (!place.is_waiting() && place.is_owned_by_the_dead()) place.word.store(WaitingPlace::free, std::memory_order_relaxed);
  }
  if (WaitingPlace* place = places_.take(line)) return *place;
  places_.grow(line, object());
  return *places_.take(line);
}

void Barrier::run_action() {
  State& its = state();
  if (its.action_size == 0) return;
  its.dead.store(platform::this_process().pid, std::memory_order_relaxed);  // would be, if it dies now
  its.acting.store(shared_actor(), std::memory_order_release);
  try {
    const platform::Mapping memory = object().window().map(action_offset, its.action_size);
    remote::Message call;
    call.bytes.assign(reinterpret_cast<const char*>(memory.data()), reinterpret_cast<const char*>(memory.data()) + its.action_size);
    remote::Message result;
    remote::InputArchive in{call};
    remote::OutputArchive out{result};
    remote::run_call(in, out);
  } catch (...) {
    break_by(Fate::action_failed);
    its.acting.store(0, std::memory_order_release);
    throw;
  }
  its.settling.store(Fate::passed, std::memory_order_release);  // before acting ends: a death between them must find one of the two
  its.acting.store(0, std::memory_order_release);
}

/// What became of the party; it has its place no more.
Barrier::Fate Barrier::leave(WaitingPlace& place, Fate give_up) noexcept {
  if (place.is_waiting()) {
    // Decided under the lock and not by how the sleep ended: the others may have come while we waited for it.
    const Inside lock{*this};
    if (place.is_waiting()) break_by(give_up);
  }
  const auto fate = static_cast<Fate>(place.word.load(std::memory_order_acquire));
  place.word.store(WaitingPlace::free, std::memory_order_release);
  return fate;
}

void Barrier::reset() {
  expect_no_action("reset");
  const Inside lock{*this};
  settle(Fate::reset);
  state().condition.store(Fate::passed, std::memory_order_release);
}

void Barrier::abort() {
  expect_no_action("abort");
  const Inside lock{*this};
  break_by(Fate::aborted);
}

int Barrier::n_waiting() const {
  expect_no_action("n_waiting");
  const Inside lock{*this};
  return static_cast<int>(state().arrived);
}

bool Barrier::broken() const {
  expect_no_action("broken");
  const Inside lock{*this};
  return state().condition.load(std::memory_order_relaxed) != Fate::passed;
}

/// Under the lock: decides for all who wait here.
void Barrier::settle(Fate fate) const noexcept {
  State& its = state();
  its.settling.store(fate, std::memory_order_release);
  for (WaitingPlace& place : places_.used(its.line)) {
    if (!place.is_waiting()) continue;
    place.word.store(static_cast<std::uint32_t>(fate), std::memory_order_release);
    sync::SharedFutex::wake(place.word, 1);
  }
  its.arrived = 0;
  its.settling.store(Fate::none, std::memory_order_release);
}

/// Under the lock.
void Barrier::break_by(Fate reason) const noexcept {
  state().condition.store(reason, std::memory_order_release);
  settle(reason);
}

/// Under the lock, which its last holder had when it died: does what that one had begun.
void Barrier::repair() const noexcept {
  State& its = state();
  const Fate condition = its.condition.load(std::memory_order_acquire);
  if (const Fate fate = its.settling.load(std::memory_order_acquire); fate != Fate::none) {
    settle(fate);
  } else if (condition != Fate::passed) {
    settle(condition);
  } else if (its.acting.load(std::memory_order_acquire) != 0) {
    break_by(Fate::actor_died);
  }
  its.acting.store(0, std::memory_order_release);  // last: this may be cut short, too, and must be begun anew then
  // It may have died between taking its place and being counted.
  its.arrived = static_cast<std::uint32_t>(std::ranges::count_if(places_.used(its.line), &WaitingPlace::is_waiting));
}

/// By a party that waits, after each nap.
void Barrier::look_for_the_dead(const WaitingPlace& mine) const noexcept {
  State& its = state();
  if (dead_among_those_watched_by(mine) != nullptr) {
    const Inside lock{*this};
    const WaitingPlace* dead = mine.is_waiting() ? dead_among_those_watched_by(mine) : nullptr;
    if (dead == nullptr) return;
    its.dead.store(static_cast<std::uint32_t>(dead->process.load(std::memory_order_relaxed)), std::memory_order_relaxed);
    break_by(Fate::party_died);
  } else if (its.lock.is_locked() && its.lock.acquire(Deadline::passed(), {.allowed = false})) {
    // One that died with the lock, maybe in its action: nobody else may ever want it.
    if (its.lock.recovered()) repair();
    static_cast<void>(its.lock.release());
  }
}

/// The one who came first watches all others, who watch it: so each death is noticed, and not by everybody.
const WaitingPlace* Barrier::dead_among_those_watched_by(const WaitingPlace& mine) const noexcept {
  const WaitingPlaces::Line& line = state().line;
  const WaitingPlace* const first = places_.oldest(line);
  if (first != &mine) return first != nullptr && first->is_owned_by_the_dead() ? first : nullptr;
  const auto used = places_.used(line);
  const auto dead =
      std::ranges::find_if(used, [](const WaitingPlace& its) { return its.is_waiting() && its.is_owned_by_the_dead(); });
  return dead == used.end() ? nullptr : &*dead;
}

void Barrier::expect_no_action(const char* call) const {
  if (state().acting.load(std::memory_order_relaxed) != shared_actor()) return;
  sync::throw_used_by_its_action(call);
}

void Barrier::throw_broken(Fate reason) const { sync::throw_broken(reason, state().dead.load(std::memory_order_relaxed)); }

}  // namespace tandem::multiprocessing
