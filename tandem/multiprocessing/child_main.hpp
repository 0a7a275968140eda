#pragma once

#include <string>

#include "tandem/base/unique_function.hpp"
#include "tandem/multiprocessing/birth.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/signal_state.hpp"

namespace tandem::multiprocessing {

/// All that a process does which the zygote has forked: hears from its parent through `channel` who it is, becomes that, runs what
/// it is there for, and ends the process.
///
/// All signals are blocked when it begins; `signals` is what the process is to do about them, and is put in force when the process
/// has become what it is to be. Until then a signal waits.
[[noreturn]] void child_main(platform::Fd channel, const platform::SignalState& signals);

/// The same for a process that is a copy of the one which has started it: it is by now what `birth` says, does its `work` and ends.
/// What of its parent it has taken along and cannot use, it lets go. An exit() in there comes to the same end: the parent's exit
/// handlers and statics are the parent's.
[[noreturn]] void run_forked(Birth birth, base::UniqueFunction<void()> work);

/// Goes through the motions of child_main() with a Birth and a call that do nothing, so that all that the process needs for it is
/// there: symbols that are looked up at their first use, pages of the heap, tables that are made once. What is forked from it has
/// them, and need not make them again. For the zygote, before it serves; it is called `name` after that.
void rehearse_child_main(const std::string& name);

}  // namespace tandem::multiprocessing
