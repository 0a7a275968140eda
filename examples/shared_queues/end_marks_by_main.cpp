// Three producers and two consumers: main waits until all is produced, then puts one mark for each consumer.
// Python: p_pro1.join() ... then q.put(None) twice. (shutdown() needs no counting: see several.cpp.)
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

using Dolls = mp::Queue<std::optional<std::string>>;

void producer(Dolls q, std::string product) {
  for (int i = 0; i < 4; ++i) q.put(product + " doll " + std::to_string(i));
}

void consumer(Dolls q, std::string name) {
  while (const std::optional<std::string> doll = q.get()) std::printf("%s takes %s\n", name.c_str(), doll->c_str());
  std::printf("%s goes home\n", name.c_str());
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  Dolls q{10};
  mp::Process alex = mp::Process::started(consumer, q, "Alex");
  mp::Process maria = mp::Process::started(consumer, q, "Maria");
  std::vector<mp::Process> producers;
  for (const char* product : {"wooden", "paper", "glass"}) producers.push_back(mp::Process::started(producer, q, product));
  for (auto& each : producers) each.join();
  q.put(std::nullopt);
  q.put(std::nullopt);
}
// Output, in any order:
//   {...} takes wooden doll 0
//   {...} takes wooden doll 1
//   {...} takes wooden doll 2
//   {...} takes wooden doll 3
//   {...} takes paper doll 0
//   {...} takes paper doll 1
//   {...} takes paper doll 2
//   {...} takes paper doll 3
//   {...} takes glass doll 0
//   {...} takes glass doll 1
//   {...} takes glass doll 2
//   {...} takes glass doll 3
//   Alex goes home
//   Maria goes home
