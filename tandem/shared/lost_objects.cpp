#include <array>
#include <cstdint>
#include <vector>

#include "tandem/shared/arena.hpp"

namespace tandem::shared {
namespace {

/// What can be reached from somewhere.
class Reached {
 public:
  explicit Reached(const Arena& arena) : arena_{arena}, is_reached_(arena.slots_used()) {}

  void add(Reference reference) {
    if (reference.slot >= is_reached_.size() || is_reached_[reference.slot]) return;
    const Life life = arena_.life(reference.slot);
    if (life.phase != Life::Phase::live || life.generation != reference.generation) return;
    is_reached_[reference.slot] = true;
    to_look_through_.push_back(reference.slot);
  }
  bool next(std::uint32_t& slot) {
    if (to_look_through_.empty()) return false;
    slot = to_look_through_.back();
    to_look_through_.pop_back();
    return true;
  }
  bool contains(std::uint32_t slot) const { return is_reached_[slot]; }

 private:
  const Arena& arena_;
  std::vector<bool> is_reached_;
  std::vector<std::uint32_t> to_look_through_;
};

}  // namespace

/// A process that is killed while it puts or takes a message with handles may leave their count of messages too high; and queues
/// that lie in each other are kept by nobody else. So, after a death, somebody who has time looks what can be reached at all, from
/// the objects that processes have, through the messages in queues; what cannot, though its count says so, is lost, and ended.
///
/// Others go on meanwhile, and may carry a handle from a queue that was not looked through yet to one that was, or have it in hand.
/// Who does so raises the handle's `transfers`. So in the end all that was not reached must be as it was before: it lay in queues
/// only, and does. If there is anything else, or something is just being ended, which lowers the counts of what is in it, nothing
/// is done this time.
void Arena::end_lost() {
  struct Suspect {
    std::uint32_t slot, transfers, in_messages;
  };
  std::vector<Suspect> suspects;
  const std::uint32_t used = slots_used();
  for (std::uint32_t i = 0; i < used; ++i) {
    const Slot& at = slots_[i];
    const Suspect suspect{i, at.transfers.load(std::memory_order_seq_cst), at.in_messages.load(std::memory_order_seq_cst)};
    const Life::Phase phase = life(i).phase;
    if (phase == Life::Phase::dying) return;
    if (phase == Life::Phase::live && suspect.in_messages != 0 && !has_holder(i)) suspects.push_back(suspect);
  }
  if (suspects.empty()) return;

  Reached reached{*this};
  for (std::uint32_t i = 0; i < used; ++i) {
    if (has_holder(i)) reached.add({i, life(i).generation});
  }
  const auto visit = [](void* context, Reference reference) { static_cast<Reached*>(context)->add(reference); };
  for (std::uint32_t slot = 0; reached.next(slot);) {
    if (!look_through(slot, visit, &reached)) return;
  }
  auto suspect = suspects.begin();
  for (std::uint32_t i = 0; i < used; ++i) {
    const bool is_suspect = suspect != suspects.end() && suspect->slot == i;
    const Suspect before = is_suspect ? *suspect++ : Suspect{i, 0, 0};
    const Life::Phase phase = life(i).phase;
    if (phase == Life::Phase::dying) return;
    if (phase != Life::Phase::live || reached.contains(i)) continue;
    if (!is_suspect || slots_[i].transfers.load(std::memory_order_seq_cst) != before.transfers || has_holder(i)) return;
  }
  for (const Suspect& lost : suspects) {
    if (reached.contains(lost.slot)) continue;
    std::uint32_t expected = lost.in_messages;
    if (slots_[lost.slot].in_messages.compare_exchange_strong(expected, 0, std::memory_order_seq_cst)) end_if_unheld(lost.slot);
  }
}

}  // namespace tandem::shared
