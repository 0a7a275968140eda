#include "tandem/futures/task.hpp"

#include <cstdio>

namespace tandem::futures {

void report_dropped_result(const InvalidStateError& refusal) noexcept {
  std::fprintf(stderr, "The result of a task is dropped: %s\n", refusal.what());
}

}  // namespace tandem::futures
