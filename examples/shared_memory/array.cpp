// Numbers that processes have in common, with a lock that each step takes. Python: a = Array('d', [1, 2, 3]); a[0], len(a),
// a.get_lock()
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void double_all(mp::Array<double> numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers.update(i, [](double& number) { number *= 2; });
}

void swap_ends(mp::Array<double> numbers) {
  mp::RLock lock = numbers.get_lock();
  std::scoped_lock hold{lock};  // several steps become one
  const double first = numbers[0];
  numbers[0] = numbers[numbers.size() - 1];
  numbers[numbers.size() - 1] = first;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Array<double> numbers{1, 2, 3};
  {
    std::vector<mp::Process> processes;
    for (int i = 0; i < 2; ++i) processes.push_back(mp::Process::started(double_all, numbers));
  }
  mp::Process::started(swap_ends, numbers).join();
  for (const double number : numbers) std::printf("%g\n", number);
  try {
    numbers[3] = 0;
  } catch (const std::out_of_range& error) {  // Python: IndexError
    std::printf("%s\n", error.what());
  }
}
// Output:
//   12
//   8
//   4
//   element 3 of a shared array with 3{...}
