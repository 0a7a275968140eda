// Two producers and five consumers as thread classes, with 500 products to begin with.
// Python: for ever, `if q.qsize() < 1000` put 100, `if q.qsize() > 100` get 3, and time.sleep().
// Here the queue itself makes them wait: no more than 1,000 products go in. It ends: each producer makes 1,000, then shutdown()
// sends the consumers home when they have taken the rest.
#include <cstdio>
#include <deque>
#include <string>

#include <tandem/queue.hpp>
#include <tandem/threading.hpp>

using namespace tandem::threading;

tandem::queue::Queue<std::string> q{1000};

class Producer : public Thread {
 public:
  void run() override {
    for (int count = 1; count <= 1000; ++count) q.put("product " + std::to_string(count) + " of " + name());
    std::printf("%s has made 1000 products\n", name().c_str());
  }
};

class Consumer : public Thread {
 public:
  void run() override {
    for (const std::string& product : q) {
      if (!product.empty()) ++consumed_;
    }
  }
  int consumed() const { return consumed_; }  // after join()

 private:
  int consumed_ = 0;
};

int main() {
  for (int i = 0; i < 500; ++i) q.put("first product " + std::to_string(i));
  std::deque<Made<Producer>> producers(2);
  std::deque<Made<Consumer>> consumers(5);
  for (auto& producer : producers) producer.start();
  for (auto& consumer : consumers) consumer.start();
  for (auto& producer : producers) producer.join();
  std::printf("threads besides main: %zu\n", active_count() - 1);
  q.shutdown();

  int sum = 0;
  for (auto& consumer : consumers) {
    consumer.join();
    sum += consumer.consumed();
  }
  std::printf("consumed: %d, left: %zu\n", sum, q.qsize());
}
// Output, in any order:
//   Thread-1 has made 1000 products
//   Thread-2 has made 1000 products
// Output:
//   threads besides main: 5
//   consumed: 2500, left: 0
