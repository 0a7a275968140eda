#pragma once

#include "tandem/multiprocessing/zygote_server.hpp"
#include "tandem/platform/signal_state.hpp"

namespace tandem::multiprocessing {

/// The start method "spawn": the zygote forks as always, and what it has forked executes the program anew. There, init() finds by
/// an environment variable that the process is not the main one, and it becomes what a forked child would have become. What it
/// needs for that (its line to its parent, the arena, its number there, what to do about signals) stands in the variable.

/// By init(): with which arguments the program is executed. main's own are overwritten with the titles of processes.
void remember_program(int argc, char** argv);

/// What a SignalState of the program's beginning must have in it: the signals that fork server and execution change.
platform::Signals remembered_signals();

/// By a newborn process of the zygote's: executes the program anew. Says so on stderr and ends if it cannot.
[[noreturn]] void execute_anew(Newborn newborn, const platform::SignalState& signals) noexcept;

/// By init(): does nothing in a main process. In one that was executed anew it goes on as child_main() and does not return. Throws
/// std::runtime_error if the variable makes no sense, std::logic_error if there is an arena already.
///
/// If the process gets to its end without this call, or has not made it half a minute after it was executed, it says so on stderr
/// and ends.
void take_place_if_spawned();

}  // namespace tandem::multiprocessing
