#pragma once

#include <cstdint>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/process_id.hpp"
#include "tandem/sync/current.hpp"

namespace tandem::multiprocessing {

/// Who runs here, for all processes: sync::current() tells apart those of one process only, and each process begins to count anew.
/// Of two processes, no two are the same but by an accident of 64 bits; of one process, none. Never 0, which is nobody.
using SharedActor = std::uint64_t;

inline SharedActor shared_actor() noexcept {
  const platform::ProcessId process = platform::this_process();
  // The finisher of splitmix64: neighbouring pids and times give numbers that are far apart, so that two processes' actors do not
  // meet when their ids are added.
  std::uint64_t word = process.pid | std::uint64_t{process.birth} << 32;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  word = (word ^ (word >> 31)) + sync::current();
  return word != 0 ? word : 1;
}

}  // namespace tandem::multiprocessing
