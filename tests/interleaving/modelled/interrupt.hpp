#pragma once

/// Ctrl-C as the checker models it, in the place of sync/interrupt.cpp: the handler runs in one piece, as it does on the main
/// thread that it interrupts, at whatever moment the schedule says.
namespace tandem::interleaving::modelled {

/// In a new run nobody is concerned, and nothing is pending.
void reset_interrupts() noexcept;
/// The thread of that number is the main thread.
void interrupts_concern(int thread) noexcept;
/// What the handler does.
void interrupt() noexcept;

}  // namespace tandem::interleaving::modelled
