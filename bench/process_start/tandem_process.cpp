#include <stdexcept>

#include "bench/process_start/contenders.hpp"
#include "bench/process_start/parent.hpp"
#include "tandem/multiprocessing.hpp"

namespace tandem::bench {

double tandem_process(const Order& order) {
  init(order.argc, order.argv);
  const Parent parent{order.setting};
  return measure(order, [] {
    multiprocessing::Process process{[] {}};
    process.start();
    process.join();
    if (process.exitcode() != 0) throw std::runtime_error("a Process did not end well");
  });
}

}  // namespace tandem::bench
