#include "tandem/sync/barrier_fate.hpp"

#include <string>

namespace tandem::sync {

void throw_broken(BarrierFate reason, std::uint32_t dead) {
  switch (reason) {
    case BarrierFate::timed_out:
      throw BrokenBarrierError("the barrier is broken: a party waited longer than its time-out");
    case BarrierFate::called_off:
      throw BrokenBarrierError("the barrier is broken: a party was asked to stop while it waited");
    case BarrierFate::reset:
      throw BrokenBarrierError("the barrier was reset while this party waited");
    case BarrierFate::action_failed:
      throw BrokenBarrierError("the barrier is broken: its action threw an exception");
    case BarrierFate::party_died:
      throw BrokenBarrierError("the barrier is broken: process " + std::to_string(dead) + " died while it waited");
    case BarrierFate::actor_died:
      throw BrokenBarrierError("the barrier is broken: process " + std::to_string(dead) +
                               " died while it ran the barrier's action");
    default:
      throw BrokenBarrierError("the barrier is broken: abort() was called");
  }
}

void throw_used_by_its_action(std::string_view member) {
  throw std::logic_error("Barrier::" + std::string{member} +
                         " by the barrier's own action: it runs while all parties stand still, and must not use the barrier");
}

int checked_parties(int parties, int most) {
  if (parties >= 1 && parties <= most) return parties;
  std::string text = "Barrier: for " + std::to_string(parties) + " parties, but there must be 1 or more";
  if (most != std::numeric_limits<int>::max()) text += ", and no more than " + std::to_string(most);
  throw std::invalid_argument(text);
}

}  // namespace tandem::sync
