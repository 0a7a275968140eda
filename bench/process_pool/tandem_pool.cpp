#include <stdexcept>
#include <string>
#include <vector>

#include "bench/process_pool/contenders.hpp"
#include "tandem/multiprocessing.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"

namespace tandem::bench {
namespace {

constexpr int workers = 2;
constexpr int in_flight = 2'000;

void nothing() {}

double one(const Order& order, futures::ProcessPoolExecutor& pool) {
  return measure(order, [&] { pool.submit(nothing).result(); });
}

double many(const Order& order, futures::ProcessPoolExecutor& pool) {
  std::vector<futures::Future<void>> futures;
  return measure(order, in_flight, [&] {
    futures.clear();
    for (int i = 0; i < in_flight; ++i) futures.push_back(pool.submit(nothing));
    for (auto& future : futures) future.result();
  });
}

}  // namespace

double tandem_pool(const Order& order) {
  init(order.argc, order.argv);
  futures::ProcessPoolExecutor pool{workers};
  if (order.setting == "one") return one(order, pool);
  if (order.setting == "many") return many(order, pool);
  throw std::invalid_argument("'" + std::string{order.setting} + "' is neither one nor many");
}

}  // namespace tandem::bench
