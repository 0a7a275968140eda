// Processes that are killed do not harm a queue: what was put is there, what was not is not, and the others go on. In Python the
// producer's items die with its feeder thread, and a consumer that is killed while it waits takes the lock along.
#include <csignal>
#include <cstdio>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void producer(mp::Queue<std::string> q) {
  for (const char* word : {"all", "is", "there"}) q.put(word);
  std::raise(SIGKILL);  // kill -9, right behind the last put()
}

void consumer(mp::Queue<std::string> q, mp::Event waits) {
  waits.set();
  q.get();
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<std::string> q;
  mp::Event waits;
  mp::Process hungry{consumer, q, waits};
  hungry.start();
  waits.wait();
  hungry.kill();
  hungry.join();

  mp::Process short_lived{producer, q};
  short_lived.start();
  short_lived.join();
  std::printf("exit codes: %d and %d\n", *hungry.exitcode(), *short_lived.exitcode());
  q.shutdown();
  for (const std::string& word : q) std::printf("%s\n", word.c_str());
}
// Output:
//   exit codes: -9 and -9
//   all
//   is
//   there
