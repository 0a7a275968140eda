#include "tandem/futures/patience.hpp"

#include "tandem/base/tuning.hpp"
#include "tandem/platform/cpu_count.hpp"

namespace tandem::futures {
namespace {

constexpr unsigned some = 3;
constexpr unsigned now_and_then = 32;

}  // namespace

int Patience::looks() noexcept {
  static const bool others_can_run = platform::usable_processors() > 1;  // asked once: it takes a system call
  if (!others_can_run) return 0;
  if (vain_ < some || vain_ % now_and_then == 0) return base::pool_spins;
  ++vain_;
  return 0;
}

}  // namespace tandem::futures
