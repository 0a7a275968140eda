// Producers that wait until what they made is worked off, and consumers that never end by themselves: they are daemons, so they end
// with the main process. Python: JoinableQueue; producer: q.join(); consumer: q.task_done(), daemon = True; one of each, or five
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void producer(mp::JoinableQueue<std::string> q, std::string product) {
  for (int i = 0; i < 4; ++i) q.put(product + " doll " + std::to_string(i));
  q.join();  // until each of them, and those of others, was reported by task_done()
  std::printf("%s: all taken\n", product.c_str());
}

void consumer(mp::JoinableQueue<std::string> q) {
  while (true) {
    std::printf("somebody takes %s\n", q.get().c_str());
    q.task_done();
  }
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF,
               BUFSIZ);  // also into a pipe, a line is out when it is printed: daemons write none at their end
  tandem::init(argc, argv);
  mp::JoinableQueue<std::string> q{10};
  std::vector<mp::Process> consumers, producers;
  for (const char* product : {"wooden", "paper"}) {
    producers.push_back(mp::Process::started(producer, q, product));
    consumers.emplace_back(consumer, q).daemon(true);
    consumers.back().start();
  }
  for (auto& each : producers) each.join();
  try {
    q.task_done();
  } catch (const std::invalid_argument& error) {  // Python: ValueError
    std::printf("%s\n", error.what());
  }
}
// Output, in any order:
//   somebody takes wooden doll 0
//   somebody takes wooden doll 1
//   somebody takes wooden doll 2
//   somebody takes wooden doll 3
//   somebody takes paper doll 0
//   somebody takes paper doll 1
//   somebody takes paper doll 2
//   somebody takes paper doll 3
//   wooden: all taken
//   paper: all taken
// Output:
//   JoinableQueue::task_done: called more often than items were put
