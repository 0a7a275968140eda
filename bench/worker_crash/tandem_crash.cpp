#include <charconv>
#include <csignal>
#include <stdexcept>
#include <string>

#include "bench/worker_crash/contenders.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"

namespace tandem::bench {
namespace {

void nothing() {}
void crash() { std::raise(SIGKILL); }

int workers(std::string_view setting) {
  int count = 0;
  std::from_chars(setting.data(), setting.data() + setting.size(), count);
  return count;  // the pool refuses what is no number
}

void expect_crash(futures::Future<void>& future) {
  try {
    future.result();
  } catch (const futures::WorkerCrashed&) {
    return;
  }
  throw std::runtime_error("a task that kills its worker has succeeded");
}

}  // namespace

double tandem_crash(const Order& order) {
  init(order.argc, order.argv);
  futures::ProcessPoolExecutor pool{workers(order.setting)};
  return measure(order, [&] {
    auto crashing = pool.submit(crash);
    pool.submit(nothing).result();
    expect_crash(crashing);
  });
}

double tandem_no_crash(const Order& order) {
  init(order.argc, order.argv);
  futures::ProcessPoolExecutor pool{workers(order.setting)};
  return measure(order, [&] {
    auto first = pool.submit(nothing);
    pool.submit(nothing).result();
    first.result();
  });
}

}  // namespace tandem::bench
