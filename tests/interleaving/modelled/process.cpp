#include "tests/interleaving/modelled/process.hpp"

#include <array>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/process_id.hpp"
#include "tests/interleaving/checker/scheduler.hpp"

namespace tandem {
namespace {

/// Words of the model: who asks depends on what was answered.
std::array<base::Atomic<bool>, 8> ended;

}  // namespace

namespace interleaving::modelled {

void reset_processes() noexcept {
  for (auto& process : ended) process.store(false);
}

void has_died(int thread) noexcept { ended.at(static_cast<std::size_t>(thread)).store(true); }

}  // namespace interleaving::modelled

namespace platform {

/// Thread 0 is process 1; who builds the model and looks at it in the end is process 100.
ProcessId this_process() noexcept {
  const auto* const scheduler = interleaving::Scheduler::active();
  if (scheduler == nullptr) return {.pid = 100, .birth = 1};
  return {.pid = static_cast<std::uint32_t>(scheduler->running() + 1), .birth = 1};
}

bool has_ended(ProcessId process) noexcept {
  return process.pid != 0 && process.pid <= ended.size() && ended.at(process.pid - 1).load();
}

}  // namespace platform
}  // namespace tandem
