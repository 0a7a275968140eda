// Five producers first, then five consumers; each asks for its amount outside of the lock. As producers_and_consumers.cpp, with
// wait_for() in place of the loop around wait(): the predicate is what is waited for.
// Python: the third of its kind, where `return` inside of the while leaves the thread, and `break` would leave one loop only.
#include <cstdio>
#include <deque>
#include <random>

#include <tandem/threading.hpp>

using namespace tandem::threading;

constexpr int total_times = 10;
Condition condition;
int stock = 1000, times = 0;  // guarded by condition
int made = 0, taken = 0;      // guarded by condition

int amount(std::minstd_rand& random) { return std::uniform_int_distribution{100, 1000}(random); }

class Producer : public Thread {
 public:
  void run() override {
    std::minstd_rand random{std::random_device{}()};
    while (true) {
      const int product = amount(random);
      std::scoped_lock hold{condition};
      if (times >= total_times) return;
      stock += product;
      made += product;
      std::printf("%s makes %d, time %d: %d in stock\n", name().c_str(), product, ++times, stock);
      condition.notify_all();
    }
  }
};

class Consumer : public Thread {
 public:
  void run() override {
    std::minstd_rand random{std::random_device{}()};
    while (true) {
      const int product = amount(random);
      std::scoped_lock hold{condition};
      condition.wait_for([&] { return stock >= product || times >= total_times; });
      if (stock < product) return;
      stock -= product;
      taken += product;
      std::printf("%s takes %d: %d in stock\n", name().c_str(), product, stock);
    }
  }
};

int main() {
  std::deque<Made<Producer>> producers(5);
  std::deque<Made<Consumer>> consumers(5);
  for (auto& producer : producers) producer.start();
  for (auto& consumer : consumers) consumer.start();
  for (auto& producer : producers) producer.join();
  for (auto& consumer : consumers) consumer.join();
  std::printf("made %d times; 1000 + made - taken is what is left: %s\n", times, 1000 + made - taken == stock ? "yes" : "no");
}
// Output, among others:
//   Thread-{number} makes {at least 100}, time 1: {at least 100} in stock
//   Thread-{number} makes {at least 100}, time 10: {at least 100} in stock
//   made 10 times; 1000 + made - taken is what is left: yes
