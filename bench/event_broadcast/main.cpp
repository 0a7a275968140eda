#include <array>

#include "bench/event_broadcast/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_event", tandem_event}, Named{"std_condition_variable", std_condition_variable},
                        Named{"std_atomic_wait", std_atomic_wait}, Named{"bare_futex", bare_futex}});
}
