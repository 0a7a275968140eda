#include <numeric>
#include <vector>

#include "bench/speed_up/contenders.hpp"
#include "bench/speed_up/primes.hpp"
#include "tandem/multiprocessing.hpp"
#include "tandem/threading.hpp"

namespace tandem::bench {

double tandem_thread(const Order& order) {
  const int workers = workers_wanted(order);
  return speed_up(order, [workers] {
    std::vector<int> counts(static_cast<std::size_t>(workers));
    std::vector<threading::Thread> threads;
    for (int i = 0; i < workers; ++i) {
      threads.push_back(threading::Thread::started([&, i] { counts[static_cast<std::size_t>(i)] = primes_in_every(workers, i); }));
    }
    for (threading::Thread& thread : threads) thread.join();
    return std::accumulate(counts.begin(), counts.end(), 0);
  });
}

double tandem_process(const Order& order) {
  using multiprocessing::Process;
  using Counts = multiprocessing::SimpleQueue<int>;
  init(order.argc, order.argv);
  const int workers = workers_wanted(order);
  Counts counts;
  return speed_up(order, [&] {
    std::vector<Process> processes;
    for (int i = 0; i < workers; ++i) {
      processes.push_back(
          Process::started([](Counts to, int step, int first) { to.put(primes_in_every(step, first)); }, counts, workers, i));
    }
    int sum = 0;
    for (const Process& process : processes) {
      process.join();
      sum += counts.get();
    }
    return sum;
  });
}

}  // namespace tandem::bench
