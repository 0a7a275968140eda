#include "tests/interleaving/modelled/interrupt.hpp"

#include <exception>

#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/sleep_word.hpp"
#include "tests/interleaving/checker/scheduler.hpp"

namespace tandem {
namespace {

int main_thread = -1;
int forbidden = 0;
sync::SleepWord* sleeping_on = nullptr;

bool is_main() noexcept {
  const auto* const scheduler = interleaving::Scheduler::active();
  return scheduler != nullptr && scheduler->running() >= 0 && scheduler->running() == main_thread;
}

}  // namespace

namespace interleaving::modelled {

void reset_interrupts() noexcept {
  main_thread = -1;
  forbidden = 0;
  sleeping_on = nullptr;
  sync::interrupt_pending.store(false);
}

void interrupts_concern(int thread) noexcept { main_thread = thread; }

void interrupt() noexcept {
  sync::interrupt_pending.store(true);
  if (sleeping_on == nullptr) return;
  sleeping_on->call_off();
  Scheduler::active()->wake(sleeping_on->word.object(), 1);  // EINTR
}

}  // namespace interleaving::modelled

namespace sync {

constinit base::Atomic<bool> interrupt_pending{false};

void take_interrupt() {
  if (!is_main() || forbidden != 0) return;
  interrupt_pending.store(false);
  throw KeyboardInterrupt{};
}

void put_back_interrupt() noexcept {
  if (is_main()) interrupt_pending.store(true);
}

InterruptedBy::InterruptedBy(SleepWord& sleep, bool allowed) noexcept {
  if (!is_main() || forbidden != 0 || !allowed) return;
  sleeping_on = &sleep;
  if (interrupt_pending.load()) sleep.call_off();
}

InterruptedBy::~InterruptedBy() {
  if (is_main()) sleeping_on = nullptr;
}

Uninterruptible::Uninterruptible() noexcept { forbidden += is_main() ? 1 : 0; }
Uninterruptible::~Uninterruptible() { forbidden -= is_main() ? 1 : 0; }

bool unwinding_interrupt() noexcept { return is_main() && KeyboardInterrupt::exists() && std::uncaught_exceptions() > 0; }

}  // namespace sync
}  // namespace tandem
