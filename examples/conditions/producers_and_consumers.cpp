// Five consumers take random amounts from a stock that four producers fill ten times. The consumers are there first, and wait
// while there is too little; they go home when there is too little and nobody will make more.
// Python: gCondition.acquire(); while gProduct < product: if gTimes >= gTotalTimes: ... return; gCondition.wait(); ...release()
#include <cstdio>
#include <deque>
#include <random>
#include <string>

#include <tandem/threading.hpp>

using namespace tandem::threading;

constexpr int total_times = 10;
Condition condition;
int stock = 1000, times = 0, made = 0, taken = 0;  // all of these are guarded by condition
std::minstd_rand random_amounts{std::random_device{}()};

int amount() { return std::uniform_int_distribution{100, 1000}(random_amounts); }

void producer() {
  while (true) {
    std::scoped_lock hold{condition};
    if (times >= total_times) return;
    const int product = amount();
    stock += product;
    made += product;
    std::printf("%s makes %d, time %d: %d in stock\n", current_thread().name().c_str(), product, ++times, stock);
    condition.notify_all();
  }
}

void consumer() {
  while (true) {
    std::scoped_lock hold{condition};
    const int product = amount();
    while (stock < product) {
      if (times >= total_times) return;
      condition.wait();
    }
    stock -= product;
    taken += product;
    std::printf("%s takes %d: %d in stock\n", current_thread().name().c_str(), product, stock);
  }
}

int main() {
  std::deque<Thread> threads;
  for (int i = 0; i < 5; ++i) threads.emplace_back(consumer).name("consumer-" + std::to_string(i));
  for (int i = 0; i < 4; ++i) threads.emplace_back(producer).name("producer-" + std::to_string(i));
  for (Thread& thread : threads) thread.start();
  for (Thread& thread : threads) thread.join();
  std::printf("made %d times; 1000 + made - taken is what is left: %s\n", times, 1000 + made - taken == stock ? "yes" : "no");
}
// Output, among others:
//   producer-{number} makes {at least 100}, time 1: {at least 100} in stock
//   producer-{number} makes {at least 100}, time 10: {at least 100} in stock
//   made 10 times; 1000 + made - taken is what is left: yes
