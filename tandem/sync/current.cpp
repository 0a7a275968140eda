#include "tandem/sync/current.hpp"

#include "tandem/base/atomics.hpp"

namespace tandem::sync {
namespace {

constinit base::Atomic<ActorId> last_actor{nobody};
constinit thread_local ActorId running = nobody;  // given on the first question

}  // namespace

ActorId new_actor() noexcept { return last_actor.fetch_add(1, std::memory_order_relaxed) + 1; }

ActorId current() noexcept {
  if (running == nobody) running = new_actor();
  return running;
}

ActorScope::ActorScope(ActorId actor) noexcept : outer_{current()} { running = actor; }
ActorScope::~ActorScope() { running = outer_; }

}  // namespace tandem::sync
