#include <array>

#include "bench/condition/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_over_lock", tandem_over_lock}, Named{"tandem_over_rlock", tandem_over_rlock},
                        Named{"std_condition_variable", std_condition_variable}, Named{"bare_futex", bare_futex}});
}
