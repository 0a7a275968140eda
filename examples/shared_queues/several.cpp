// Ten producers and ten consumers. "To send the end is trouble", says the course, whose consumers sleep and guess. Here main shuts
// the queue down when the producers have ended, and all consumers go home when it is empty, however many they are. Python:
// consumer(q) with time.sleep(0.2), get_nowait(), `except: time.sleep(0.1); if q.empty(): break`
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void producer(mp::Queue<std::string> q, int j) {
  for (int i = 0; i < 10; ++i) q.put("dish " + std::to_string(i) + " of process " + std::to_string(j));
}

void consumer(mp::Queue<std::string> q, mp::Array<int> eaten, std::size_t me) {
  for (const std::string& dish : q) {
    if (!dish.empty()) eaten.update(me, [](int& n) { ++n; });
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  std::puts("main begins");
  mp::Queue<std::string> q;
  mp::Array<int> eaten(10);
  {
    std::vector<mp::Process> consumers, producers;
    for (int i = 0; i < 10; ++i) {
      producers.push_back(mp::Process::started(producer, q, i));
      consumers.push_back(mp::Process::started(consumer, q, eaten, i));
    }
    for (auto& each : producers) each.join();
    q.shutdown();
  }
  int sum = 0;
  for (const int dishes : eaten) sum += dishes;
  std::printf("main ends: %d dishes eaten, %zu left\n", sum, q.qsize());
}
// Output:
//   main begins
//   main ends: 100 dishes eaten, 0 left
