// A producer and a consumer, with a queue of five places between them: when it is full, the producer waits; when empty, Tom does.
// Python: producer() puts "No.%d" % count for ever, consumer("Tom") gets for ever; "this code does not stop".
// Here it does: the producer makes eight, then shuts the queue down, and Tom's loop ends when the rest is eaten.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include <tandem/queue.hpp>
#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

tandem::queue::Queue<std::string> q{5};

void producer() {
  int count = 1;
  for (int made = 0; made < 8; ++made) {
    q.put("No." + std::to_string(count));
    std::printf("Producer put No.%d\n", count);
    for (int i = 0; i < 10; ++i) count += i;
  }
  q.shutdown();
}

void consumer(std::string name) {
  for (const std::string& item : q) {
    std::printf("%s got %s\n", name.c_str(), item.c_str());
    std::this_thread::sleep_for(10ms);
  }
  std::printf("%s goes home\n", name.c_str());
}

int main() {
  Thread p{producer};
  Thread c{consumer, "Tom"};
  p.start();
  c.start();
}
// Output, in order per first word:
//   Producer put No.1
//   Producer put No.46
//   Producer put No.91
//   Producer put No.136
//   Producer put No.181
//   Producer put No.226
//   Producer put No.271
//   Producer put No.316
//   Tom got No.1
//   Tom got No.46
//   Tom got No.91
//   Tom got No.136
//   Tom got No.181
//   Tom got No.226
//   Tom got No.271
//   Tom got No.316
//   Tom goes home
