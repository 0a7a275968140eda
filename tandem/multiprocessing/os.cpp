#include "tandem/multiprocessing/os.hpp"

#include <csignal>

#include "tandem/platform/cpu_count.hpp"
#include "tandem/platform/signal_state.hpp"
#include "tandem/sync/descriptors.hpp"

namespace tandem::multiprocessing {

int cpu_count() { return platform::cpu_count(); }

std::vector<ProcessHandle> wait_for_any(const std::vector<ProcessHandle>& children, Deadline deadline,
                                        const std::stop_token& stop) {
  std::vector<platform::Awaited> sentinels;
  for (const ProcessHandle& child : children) sentinels.push_back({child.sentinel()});
  std::vector<ProcessHandle> ended;
  if (sentinels.empty() || !sync::wait_for_descriptors(sentinels, deadline, stop)) return ended;
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (!sentinels[i].ready) continue;
    children[i].join();  // the exit code comes a moment after
    ended.push_back(children[i]);
  }
  return ended;
}

void ignore_children() { platform::ignore_signals({SIGCHLD}); }

}  // namespace tandem::multiprocessing
