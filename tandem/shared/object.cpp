#include "tandem/shared/object.hpp"

#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "tandem/shared/arena.hpp"
#include "tandem/shared/bequest.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::shared {
namespace {

/// The objects of this process, so that one that comes in several messages is one.
struct Registry {
  sync::Lock lock{"shared objects"};
  std::unordered_map<std::uint32_t, std::weak_ptr<Object>> objects;  // by slot; guarded by lock
};

Registry& registry() { return sync::kept_over_forks<Registry>(); }
// Before there are threads, so that a fork finds its lock named.
[[maybe_unused]] const Registry& made_early = registry();

}  // namespace

Object::Object(Private /*only*/, std::uint32_t slot_number, std::uint32_t generation)
    : slot_number_{slot_number},
      generation_{generation},
      slot_{Arena::instance().slot(slot_number)},
      window_{Arena::instance().window(slot_number)} {}

std::shared_ptr<Object> Object::make(Kind kind) {
  Arena& arena = Arena::instance();
  const std::uint32_t number = arena.make(kind);
  std::shared_ptr<Object> object;
  try {
    object = std::make_shared<Object>(Private{}, number, arena.life(number).generation);
    Registry& known = registry();
    const sync::Guard hold{known.lock};
    known.objects[number] = object;
  } catch (...) {
    if (!object) arena.drop(number);
    throw;
  }
  return object;
}

std::shared_ptr<Object> Object::adopt(Reference reference) {
  Arena& arena = Arena::instance();
  if (reference.slot >= arena.slots_used()) {
    throw std::runtime_error("a message means shared object " + std::to_string(reference.slot) + ", but there are only " +
                             std::to_string(arena.slots_used()) + "; it was damaged");
  }
  const Life life = arena.life(reference.slot);
  if (life.phase != Life::Phase::live || life.generation != reference.generation) {
    throw std::runtime_error("a message means a shared object that is gone: the message was damaged, or who sent it had lost it");
  }
  Registry& known = registry();
  const sync::Guard hold{known.lock};
  auto& entry = known.objects[reference.slot];
  std::shared_ptr<Object> object = entry.lock();
  if (object && object->generation_ == reference.generation && object->holder_ == platform::this_process()) {
    arena.drop(reference.slot);  // it has a share; one is enough
    return object;
  }
  object = std::make_shared<Object>(Private{}, reference.slot, reference.generation);
  entry = object;
  return object;
}

Object::~Object() {
  if (holder_ != platform::this_process()) return;  // inherited by fork(): the share is its parent's
  Arena& arena = Arena::instance();
  {
    Registry& known = registry();
    const sync::Guard hold{known.lock};
    const auto entry = known.objects.find(slot_number_);
    // Somebody may have adopted the same object anew meanwhile.
    if (entry != known.objects.end() && entry->second.expired()) known.objects.erase(entry);
  }
  arena.drop(slot_number_);
}

Kind Object::kind() const noexcept { return Arena::instance().life(slot_number_).kind; }

Bequest::Bequest(std::uint32_t child) : child_{child} {
  // The registry's lock is held, see sync::ForkHold; and so nobody gets beyond it in ~Object.
  objects_.reserve(registry().objects.size());  // so that from here on nothing fails with an object in hand
  for (const auto& [slot, entry] : registry().objects) {
    auto object = entry.lock();
    if (!object || object->holder_ != platform::this_process()) continue;
    Arena::instance().give(slot, child);
    objects_.push_back(std::move(object));
  }
}

void Bequest::take_over() noexcept {
  Arena::instance().become(child_);
  const platform::ProcessId self = platform::this_process();
  for (const auto& object : objects_) object->holder_ = self;
}

std::byte* Object::state_bytes() const noexcept { return slot_.state.data(); }

}  // namespace tandem::shared
