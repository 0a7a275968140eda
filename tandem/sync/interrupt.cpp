#include "tandem/sync/interrupt.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <optional>

#include "tandem/platform/event_fd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/signals.hpp"
#include "tandem/platform/thread.hpp"
#include "tandem/sync/sleep_word.hpp"

namespace tandem::sync {

constinit base::Atomic<bool> interrupt_pending{false};

namespace {

// All that the signal handler touches. It takes no lock and allocates nothing.
static_assert(base::Atomic<bool>::is_always_lock_free && base::Atomic<int>::is_always_lock_free &&
              base::Atomic<SleepWord*>::is_always_lock_free);

// The kernel's id of the main thread; 0 while interrupts are not enabled. Constant while the handler is installed.
constinit base::Atomic<int> main_thread{0};

// The word that the main thread sleeps on or is about to sleep on; nullptr while it does neither.
//
// The handler does its work on the main thread (elsewhere it only sends the signal there), so the two never run at the same time:
// the handler comes between two instructions of main. Main first says where it will sleep, then looks whether an interrupt is
// pending, then sleeps. A signal before the look is seen by it. One after it finds the word and changes it, and the kernel, which
// compares the word again, does not let main sleep. The tempting wrong version has the handler set a flag and nothing else: a
// signal between main's look at the flag and its sleep would be noticed when the sleep is over.
//
// Sequential consistency of these two variables is for the compiler, which must keep their order; a processor shows its own thread
// its own order anyway.
constinit base::Atomic<SleepWord*> sleeping_on{nullptr};

// Readable while an interrupt is pending. Made before the handler is installed, gone after it is. Never destroyed: the handler may
// run while the program's statics are.
union Forever {
  constexpr Forever() noexcept : event{} {}
  ~Forever() {}
  std::optional<platform::EventFd> event;
};
constinit Forever flag;

constinit thread_local bool is_main = false;
constinit thread_local int forbidden = 0;  // how many Uninterruptible live on this thread

void interrupt_main() noexcept {
  if (interrupt_pending.exchange(true, std::memory_order_seq_cst)) {
    platform::die_behind_handler(SIGINT);  // the second Ctrl-C, and nobody has taken notice of the first
    return;
  }
  flag.event->notify();
  if (SleepWord* const sleep = sleeping_on.load(std::memory_order_seq_cst)) sleep->call_off();
}

extern "C" void tandem_on_sigint(int /*signal*/) {
  const int before = errno;
  const int main = main_thread.load(std::memory_order_relaxed);
  if (platform::native_thread_id() == main) {
    interrupt_main();
  } else if (!platform::signal_thread(SIGINT, main)) {
    // No main thread: this is the child of somebody's fork. There is no wait to be interrupted, so it dies as it would without us.
    platform::die_behind_handler(SIGINT);
  }
  errno = before;
}

// The handler of std::terminate that ours took the place of; nullptr until then.
constinit std::terminate_handler terminate_otherwise = nullptr;

void on_terminate() noexcept {
  try {
    if (std::current_exception() != nullptr) throw;
    terminate_otherwise();
  } catch (const KeyboardInterrupt&) {
    platform::stop_handling(SIGINT, tandem_on_sigint);  // the next Ctrl-C does not wait for the output
    platform::flush_output();
    platform::die_by_signal(SIGINT);
  } catch (...) {
    terminate_otherwise();
  }
  std::abort();  // a terminate handler must not return
}

/// Whoever pressed Ctrl-C asked for the program's end by that; that nobody waited any more changes nothing.
void on_exit() noexcept {
  if (!interrupt_pending.load(std::memory_order_relaxed) ||
      platform::native_thread_id() != main_thread.load(std::memory_order_relaxed))
    return;
  platform::stop_handling(SIGINT, tandem_on_sigint);
  platform::flush_output();
  platform::die_by_signal(SIGINT);
}

}  // namespace

void enable_keyboard_interrupt() {
  if (terminate_otherwise == nullptr) {
    terminate_otherwise = std::get_terminate();
    std::set_terminate(on_terminate);
    std::atexit(on_exit);
  }
  if (main_thread.load(std::memory_order_relaxed) != 0) return;
  flag.event.emplace();
  main_thread.store(platform::native_thread_id(), std::memory_order_relaxed);
  is_main = true;
  if (!platform::handle_unless_changed(SIGINT, tandem_on_sigint)) disable_keyboard_interrupt();
}

void disable_keyboard_interrupt() noexcept {
  platform::stop_handling(SIGINT, tandem_on_sigint);
  main_thread.store(0, std::memory_order_relaxed);
  sleeping_on.store(nullptr, std::memory_order_relaxed);  // in a forked child it may be that of its parent's main thread
  is_main = false;
  interrupt_pending.store(false, std::memory_order_relaxed);
  flag.event.reset();  // closed and not drained: a child shares it with its parent
}

int interrupt_fd() noexcept { return is_main && forbidden == 0 ? flag.event->get() : -1; }

void take_interrupt() {
  if (!is_main || forbidden != 0) return;
  // Down first: a signal from here on is the next interrupt. If it came before the drain, which took its notice away, it gets it
  // back.
  interrupt_pending.store(false, std::memory_order_seq_cst);
  flag.event->drain();
  if (interrupt_pending.load(std::memory_order_seq_cst)) flag.event->notify();
  throw KeyboardInterrupt{};
}

void put_back_interrupt() noexcept {
  if (!is_main) return;
  interrupt_pending.store(true, std::memory_order_seq_cst);
  flag.event->notify();
}

InterruptedBy::InterruptedBy(SleepWord& sleep, bool allowed) noexcept {
  if (!is_main || forbidden != 0 || !allowed) return;
  sleeping_on.store(&sleep, std::memory_order_seq_cst);
  if (interrupt_pending.load(std::memory_order_seq_cst)) sleep.call_off();
}

InterruptedBy::~InterruptedBy() {
  if (is_main) sleeping_on.store(nullptr, std::memory_order_seq_cst);
}

Uninterruptible::Uninterruptible() noexcept { ++forbidden; }
Uninterruptible::~Uninterruptible() { --forbidden; }

bool unwinding_interrupt() noexcept { return is_main && KeyboardInterrupt::exists() && std::uncaught_exceptions() > 0; }

}  // namespace tandem::sync
