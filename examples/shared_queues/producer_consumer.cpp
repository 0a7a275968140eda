// A cook and an eater. The course's consumer does not know when the last bun has come: it waits for ever, or guesses by sleeping.
// Here the producer shuts the queue down, and the consumer's loop ends when it has taken the rest. Python: producer(q) puts 10
// buns, consumer(q) gets in a `while True`; or sleeps 0.2 s, get_nowait(), `except: break`
#include <cstdio>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void producer(mp::Queue<std::string> q) {
  for (int i = 0; i < 10; ++i) {
    const std::string bun = "bun " + std::to_string(i);
    q.put(bun);
    std::printf("producer made %s\n", bun.c_str());
  }
  q.shutdown();
}

void consumer(mp::Queue<std::string> q) {
  for (const std::string& bun : q) std::printf("consumer ate %s\n", bun.c_str());
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<std::string> q;
  mp::Process p1{producer, q};
  mp::Process c1{consumer, q};
  p1.start();
  c1.start();
  std::puts("main");
}
// Output, in order per first word:
//   main
//   producer made bun 0
//   producer made bun 1
//   producer made bun 2
//   producer made bun 3
//   producer made bun 4
//   producer made bun 5
//   producer made bun 6
//   producer made bun 7
//   producer made bun 8
//   producer made bun 9
//   consumer ate bun 0
//   consumer ate bun 1
//   consumer ate bun 2
//   consumer ate bun 3
//   consumer ate bun 4
//   consumer ate bun 5
//   consumer ate bun 6
//   consumer ate bun 7
//   consumer ate bun 8
//   consumer ate bun 9
