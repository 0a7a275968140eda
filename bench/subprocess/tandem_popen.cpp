#include <stdexcept>

#include "bench/process_start/parent.hpp"
#include "bench/subprocess/contenders.hpp"
#include "bench/subprocess/starting.hpp"
#include "tandem/subprocess.hpp"

namespace tandem::bench {

double tandem_popen(const Order& order) {
  const auto start = [] { return subprocess::Popen{{"/bin/true"}}; };
  return start_programs(order, start, [](subprocess::Popen& program) {
    if (program.wait() != 0) throw std::runtime_error("/bin/true did not end well");
  });
}

double tandem_check_output(const Order& order) {
  const Parent parent{order.setting};
  return measure(order, [] {
    if (!subprocess::check_output({"/bin/true"}).empty()) throw std::runtime_error("/bin/true has written something");
  });
}

}  // namespace tandem::bench
