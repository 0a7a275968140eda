// Many small items: put_many() and get_many() take them by the handful, which costs one wake-up instead of hundreds. And two
// limits: a number of items, and a number of bytes, beyond which one item alone is an error.
#include <chrono>
#include <cstdio>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

void producer(mp::Queue<int> numbers) {
  std::vector<int> hundred(100);
  std::iota(hundred.begin(), hundred.end(), 1);
  for (int i = 0; i < 100; ++i) numbers.put_many(hundred);
  numbers.shutdown();
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<int> numbers{1000};
  mp::Process p{producer, numbers};
  p.start();
  long sum = 0;
  while (true) {
    const std::vector<int> some = numbers.get_many(64);  // waits for the first, takes what is there
    if (some.empty()) break;                             // shut down
    sum = std::accumulate(some.begin(), some.end(), sum);
  }
  std::printf("sum: %ld\n", sum);

  mp::Queue<int> three{3};
  std::printf("went in: %zu of 5\n", three.put_many(std::vector{1, 2, 3, 4, 5}, 20ms));

  mp::Queue<std::string> small{{.max_bytes = 4096}};
  try {
    small.put(std::string(5000, '*'));
  } catch (const std::length_error& error) {
    std::printf("%s\n", error.what());
  }
}
// Output:
//   sum: 505000
//   went in: 3 of 5
//   a message of {number} bytes, serialized, does not fit into a queue of at most 4096 bytes{...}
