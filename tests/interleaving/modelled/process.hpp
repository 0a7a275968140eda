#pragma once

/// Processes as the checker models them, in the place of platform/process_id.cpp: each thread of a model is one.
namespace tandem::interleaving::modelled {

/// In a new run all live.
void reset_processes() noexcept;
/// That thread has been killed: has_ended() says so from now on.
void has_died(int thread) noexcept;

}  // namespace tandem::interleaving::modelled
