#include "tandem/remote/crate_store.hpp"

#include <algorithm>
#include <bit>
#include <system_error>

#include "tandem/sync/guard.hpp"

namespace tandem::remote {
namespace {

/// Powers of two, so that messages that grow little by little do not need a new one each.
constexpr std::size_t least_crate = 256UL * 1024;

bool is_held(const Crate& crate) noexcept { return crate.held.load(std::memory_order_acquire) != 0; }
bool is_read(const Crate& crate) noexcept { return crate.head().unread.load(std::memory_order_acquire) == 0; }

}  // namespace

Stowed CrateStore::acquire(std::size_t size) {
  if (size > most_room - crate_head_size || platform::this_process() != owner_) return {};
  const sync::Guard hold{lock_};
  std::shared_ptr<Crate> crate = find(size);
  if (crate == nullptr) {
    const std::size_t room = std::max(std::bit_ceil(size + crate_head_size), least_crate) - crate_head_size;
    make_room(room);
    std::size_t kept = room;
    for (const auto& other : crates_) kept += other->room();
    if (crates_.size() == most_crates || kept > most_memory) return {};
    try {
      crate = crates_.emplace_back(std::make_shared<Crate>(room));
    } catch (const std::system_error&) {
      return {};  // messages have another way, which needs fewer resources, and says so if there are none
    }
  }
  crate->held.store(1, std::memory_order_relaxed);
  return Stowed{std::move(crate)};
}

/// The smallest that does.
std::shared_ptr<Crate> CrateStore::find(std::size_t size) const noexcept {
  std::shared_ptr<Crate> best;
  for (const auto& crate : crates_) {
    const bool fits = crate->room() >= size && (best == nullptr || crate->room() < best->room());
    if (fits && !is_held(*crate) && is_read(*crate)) best = crate;
  }
  return best;
}

/// Gives up crates that nobody holds here until a new one may be made, smallest first. A receiver that still reads one, or died
/// with it, has it mapped.
void CrateStore::make_room(std::size_t room) {
  const auto is_full = [&] {
    std::size_t kept = room;
    for (const auto& crate : crates_) kept += crate->room();
    return crates_.size() == most_crates || kept > most_memory;
  };
  std::ranges::sort(crates_, {}, [](const auto& crate) { return crate->room(); });
  while (is_full()) {
    const auto idle = std::ranges::find_if(crates_, [](const auto& crate) { return !is_held(*crate); });
    if (idle == crates_.end()) return;
    crates_.erase(idle);
  }
}

}  // namespace tandem::remote
