// Shared memory without a lock, where none is needed: each process works on a part of its own, and the count of what is done is
// atomic. Python: RawArray, RawValue (where the count would need a lock)
#include <atomic>
#include <cstdio>
#include <numeric>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

constexpr std::size_t part = 1000;

void square(mp::RawArray<long> numbers, std::size_t which, mp::RawValue<std::atomic<int>> done) {
  for (long& number : numbers.span().subspan(which * part, part)) {
    number *= number;
    done->fetch_add(1);
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::RawArray<long> numbers(4 * part);
  std::iota(numbers.begin(), numbers.end(), 1);
  mp::RawValue<std::atomic<int>> done;
  {
    std::vector<mp::Process> processes;
    for (std::size_t i = 0; i < 4; ++i) processes.push_back(mp::Process::started(square, numbers, i, done));
  }
  std::printf("%d squares, their sum is %ld\n", done->load(), std::accumulate(numbers.begin(), numbers.end(), 0L));
}
// Output:
//   4000 squares, their sum is 21341334000
