#pragma once

#include "tandem/base/atomics.hpp"
#include "tandem/base/deadline.hpp"
#include "tandem/base/errors.hpp"

/// Ctrl-C: the state "somebody pressed it and the main thread has not learned of it yet", called a pending interrupt.
///
/// SIGINT makes an interrupt pending and ends the wait that the main thread is in. A wait that ends so, or begins while one is
/// pending and would have to sleep, throws KeyboardInterrupt, unless it got what it waited for in the last moment: then it returns
/// as if nothing had happened, and the interrupt stays for the next wait. Only the main thread is interrupted, and each interrupt
/// is thrown once. If a second SIGINT comes while the first is still pending, the program does not listen, and dies by it.
///
/// Python: the handler of SIGINT that raises KeyboardInterrupt between two instructions of the main thread. C++ has no such place
/// but its waits, so a program that computes for long calls check_interrupt() now and then.
namespace tandem::sync {

/// Starts that for the process, with the calling thread as its main thread; tandem::init does it. A SIGINT that is ignored or that
/// somebody handles already stays as it is; KeyboardInterrupt is then thrown by nobody. Calling it again changes nothing. Also
/// makes an uncaught KeyboardInterrupt end the program by SIGINT. Throws std::system_error.
void enable_keyboard_interrupt();
/// Ends it: SIGINT does again what it does by itself, a pending interrupt is forgotten. For children made by fork, too.
void disable_keyboard_interrupt() noexcept;

/// For waits made of poll() and its like: a descriptor that can be read while an interrupt is pending; after it, call
/// check_interrupt(). -1 where nothing would come of it: on other threads than main, within Uninterruptible, or if not enabled.
int interrupt_fd() noexcept;

/// True while SIGINT waits to be thrown. Written by the main thread and its signal handler only, read by everybody.
extern base::Atomic<bool> interrupt_pending;
/// The rest of check_interrupt().
void take_interrupt();

/// Throws KeyboardInterrupt if this is the main thread, an interrupt is pending and no Uninterruptible forbids it; it is pending no
/// longer then. Otherwise costs a load and a branch.
inline void check_interrupt() {
  if (interrupt_pending.load(std::memory_order_relaxed)) [[unlikely]]
    take_interrupt();
}

/// By whoever has caught a KeyboardInterrupt and cannot pass it on, in a destructor: it is pending again. On the main thread. If no
/// wait learns of it, the program dies by SIGINT when it exits.
void put_back_interrupt() noexcept;

/// The last word of a wait that did not get what it waited for: false, or KeyboardInterrupt. What only tries, with a deadline that
/// has passed before, never throws it.
inline bool gave_up(Deadline deadline) {
  if (deadline != Deadline::passed()) check_interrupt();
  return false;
}

/// While it lives, waits of this thread are not ended by an interrupt, which stays pending for the next one. For destructors and
/// other code that must not throw. May be nested.
class Uninterruptible {
 public:
  Uninterruptible() noexcept;
  ~Uninterruptible();
  Uninterruptible(const Uninterruptible&) = delete;
  Uninterruptible& operator=(const Uninterruptible&) = delete;
};

/// Whether a destructor that asks runs because KeyboardInterrupt unwinds the main thread: time to finish, and not to begin more.
bool unwinding_interrupt() noexcept;

}  // namespace tandem::sync
