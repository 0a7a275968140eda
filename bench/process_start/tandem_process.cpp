#include <stdexcept>

#include "bench/process_start/contenders.hpp"
#include "bench/process_start/parent.hpp"
#include "tandem/multiprocessing.hpp"

namespace tandem::bench {

namespace {

double start_and_join(const Order& order, const char* method) {
  init(order.argc, order.argv);
  multiprocessing::set_start_method(method);
  const Parent parent{order.setting};
  return measure(order, [] {
    multiprocessing::Process process{[] {}};
    process.start();
    process.join();
    if (process.exitcode() != 0) throw std::runtime_error("a Process did not end well");
  });
}

}  // namespace

double tandem_process(const Order& order) { return start_and_join(order, "forkserver"); }
double tandem_spawn(const Order& order) { return start_and_join(order, "spawn"); }
double tandem_fork(const Order& order) { return start_and_join(order, "fork"); }

}  // namespace tandem::bench
