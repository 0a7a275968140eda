#include "bench/thread_start/contenders.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::bench {

double tandem_thread(const Order& order) {
  return measure(order, [] {
    threading::Thread thread{[] {}};
    thread.start();
    thread.join();
  });
}

}  // namespace tandem::bench
