#include "tandem/futures/spins.hpp"

#include "tandem/platform/cpu_count.hpp"

namespace tandem::futures {

int spins(int most) noexcept {
  static const bool others_can_run = platform::usable_processors() > 1;  // asked once: it takes a system call
  return others_can_run ? most : 0;
}

}  // namespace tandem::futures
