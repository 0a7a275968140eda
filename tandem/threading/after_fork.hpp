#pragma once

namespace tandem::threading {

/// In a process that was forked from one that may have had several threads, while sync::ForkHold lives: the calling thread is the
/// main thread and the only one. Whoever holds the Thread of another one has an object that nothing will come of: it was copied,
/// and its thread was not.
void forget_other_threads() noexcept;

}  // namespace tandem::threading
