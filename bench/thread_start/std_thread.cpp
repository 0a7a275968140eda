#include <thread>

#include "bench/thread_start/contenders.hpp"

namespace tandem::bench {

double std_thread(const Order& order) {
  return measure(order, [] {
    std::thread thread{[] {}};
    thread.join();
  });
}

}  // namespace tandem::bench
