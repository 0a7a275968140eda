// The producer puts a mark behind its last item, and the consumer ends there. Python: q.put(None); here a std::optional without a
// value.
#include <cstdio>
#include <optional>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

using Dolls = mp::Queue<std::optional<std::string>>;

void producer(Dolls q, std::string product) {
  for (int i = 0; i < 20; ++i) q.put(product + " doll " + std::to_string(i));
  q.put(std::nullopt);  // no more will come
}

void consumer(Dolls q, std::string name) {
  while (const std::optional<std::string> doll = q.get()) std::printf("%s takes %s\n", name.c_str(), doll->c_str());
  std::printf("%s goes home\n", name.c_str());
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  Dolls q{10};
  mp::Process maker{producer, q, "wooden"};
  mp::Process taker{consumer, q, "Alex"};
  maker.start();
  taker.start();
}
// Output:
//   Alex takes wooden doll 0
//   Alex takes wooden doll 1
//   Alex takes wooden doll 2
//   Alex takes wooden doll 3
//   Alex takes wooden doll 4
//   Alex takes wooden doll 5
//   Alex takes wooden doll 6
//   Alex takes wooden doll 7
//   Alex takes wooden doll 8
//   Alex takes wooden doll 9
//   Alex takes wooden doll 10
//   Alex takes wooden doll 11
//   Alex takes wooden doll 12
//   Alex takes wooden doll 13
//   Alex takes wooden doll 14
//   Alex takes wooden doll 15
//   Alex takes wooden doll 16
//   Alex takes wooden doll 17
//   Alex takes wooden doll 18
//   Alex takes wooden doll 19
//   Alex goes home
