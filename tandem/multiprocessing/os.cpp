#include "tandem/multiprocessing/os.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <span>

#include "tandem/platform/cpu_count.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/platform/signal_state.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::multiprocessing {

int cpu_count() {
  const int processors = platform::usable_processors();
  const auto quota = platform::processor_quota();
  if (!quota || *quota >= processors) return processors;
  return std::max(static_cast<int>(std::ceil(*quota)), 1);
}

std::vector<ProcessHandle> wait_for_any(const std::vector<ProcessHandle>& children, Deadline deadline) {
  std::vector<int> awaited;
  for (const ProcessHandle& child : children) awaited.push_back(child.sentinel());
  if (awaited.empty()) return {};
  awaited.push_back(sync::interrupt_fd());
  for (;;) {
    std::vector<ProcessHandle> ended;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (platform::poll_readable(std::span{&awaited[i], 1}, Deadline::passed()) != 0) continue;
      children[i].join();  // the exit code comes a moment after
      ended.push_back(children[i]);
    }
    if (!ended.empty() || deadline.expired()) return ended;
    platform::poll_readable(awaited, deadline);
    sync::check_interrupt();
  }
}

void ignore_children() { platform::ignore_signals({SIGCHLD}); }

}  // namespace tandem::multiprocessing
