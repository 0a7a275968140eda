#include "tandem/multiprocessing/semaphore.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "tandem/platform/memfd.hpp"

namespace tandem::multiprocessing {
namespace {

using Word = sync::SharedSemaphoreWord;

constexpr std::size_t table_size = (Word::max_holders + 1) * sizeof(Word::Holder);
constexpr std::uint32_t growth = 4096 / sizeof(Word::Holder);  // a page
static_assert(table_size % 4096 == 0);

std::uint32_t checked(int value) {
  if (value < 0) {
    throw std::invalid_argument("Semaphore: the initial value is " + std::to_string(value) + ", but must be 0 or more");
  }
  return static_cast<std::uint32_t>(value);
}

/// " in 'rooms'", or nothing if it has no name.
std::string called(const Semaphore& semaphore) {
  const std::string name = semaphore.name();
  return name.empty() ? name : " in '" + name + "'";
}

}  // namespace

Semaphore::Semaphore(int value, std::string_view name, Bound bound) : SharedHandle{shared::Kind::semaphore} {
  const std::uint32_t permits = checked(value);
  state().word.format(permits, bound == Bound::none ? Word::max_permits : permits);
  state().name.set(name);
  map_holders();
}

void Semaphore::load(remote::InputArchive& in) {
  load_object(in, shared::Kind::semaphore);
  map_holders();
}

void Semaphore::map_holders() {
  const auto map = [this] { return object().window().map(0, table_size); };
  holders_ = reinterpret_cast<Word::Holder*>(object().local<platform::Mapping>(map).data());
}

void Semaphore::release(int n) {
  if (n < 1) throw std::invalid_argument("Semaphore::release: n is " + std::to_string(n) + ", but must be 1 or more");
  if (word().release(holders(), static_cast<std::uint32_t>(n))) return;
  if (word().most() == Word::max_permits) {
    throw std::overflow_error("Semaphore::release: more than 2^31 - 1 permits" + called(*this) +
                              "; release only what was acquired");
  }
  throw std::invalid_argument("BoundedSemaphore::release: more than its initial value of " + std::to_string(word().most()) +
                              called(*this) + "; release only what was acquired");
}

Permit Semaphore::hold(Deadline deadline) { return hold_within(deadline, {}); }
Permit Semaphore::hold(std::stop_token stop, Deadline deadline) { return hold_within(deadline, {.stop = &stop}); }

Permit Semaphore::hold_within(Deadline deadline, sync::Cancel cancel) {
  Semaphore itself{*this};
  const std::uint32_t holder = claim_holder();
  if (word().acquire_as(holders(), holder, deadline, cancel)) return {std::move(itself), holder};
  Word::unclaim(holders()[holder]);
  sync::gave_up(deadline);
  return {};
}

std::uint32_t Semaphore::claim_holder() {
  if (const auto free = word().claim(holders())) return *free;
  word().inherit_from_the_dead(holders());
  for (;;) {
    if (const auto free = word().claim(holders())) return *free;
    const std::uint32_t ready = word().ready();
    if (ready == Word::max_holders) {
      throw std::runtime_error("Semaphore::hold: " + std::to_string(ready) + " guards of '" + name() +
                               "' hold or await a permit already, and there cannot be more; acquire() has no such limit");
    }
    // Whoever else does the same at this moment changes nothing.
    object().window().allocate(std::uint64_t{ready} * sizeof(Word::Holder), growth * sizeof(Word::Holder));
    word().make_ready(std::min(ready + growth, Word::max_holders));
  }
}

Permit& Permit::operator=(Permit&& other) noexcept {
  if (this == &other) return *this;
  release();
  semaphore_ = std::move(other.semaphore_);
  holder_ = other.holder_;
  of_ = std::exchange(other.of_, {});
  return *this;
}

void Permit::release() noexcept {
  if (std::exchange(of_, {}) != platform::this_process()) return;
  semaphore_.word().release_as(semaphore_.holders(), holder_);
}

}  // namespace tandem::multiprocessing
