#pragma once

#include <cstdint>

#include "tandem/base/unique_function.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::multiprocessing {

/// A process that the zygote has just forked, as that sees itself.
struct Newborn {
  platform::Fd channel;
  std::uint32_t number = 0;  ///< in the arena
  bool executes = false;     ///< is to execute the program anew first
};
/// What such a process does: it must not return.
using ChildMain = base::UniqueFunction<void(Newborn newborn)>;

/// What runs in the zygote: forks on request, tells the requester how the child ended, and kills those children of a requester that
/// are to die with it. It has one thread and none of the program's descriptors, so that what it forks is small and clean.
///
/// It also keeps the arena's list of processes: what a dead one held in shared memory it gives back. `main_pid` is the first of
/// them.
///
/// Returns when nobody is left who could ask for anything and all that it forked has ended.
void serve_zygote(platform::Fd requests, int main_pid, ChildMain child_main);

}  // namespace tandem::multiprocessing
