// Runners in processes of their own wait for each other, and the last one fires the gun. One who does not come breaks the barrier,
// and so does one who is killed there: nobody hangs. Python: Barrier, BrokenBarrierError (in the module's list).
#include <chrono>
#include <cstdio>
#include <vector>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

void runner(int i, mp::Barrier start) {
  try {
    start.wait();
    std::printf("runner %d runs\n", i);
  } catch (const mp::BrokenBarrierError&) {
    std::printf("runner %d goes home\n", i);
  }
}

void race(const mp::Barrier& start, int first, int runners) {
  std::vector<mp::Process> processes;
  for (int i = 0; i < runners; ++i) processes.push_back(mp::Process::started(runner, first + i, start));
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::Barrier start{3, [] { std::puts("BANG"); }};
  race(start, 1, 3);

  mp::Barrier too_many{3, {}, 100ms};  // after so long, nobody waits any more
  race(too_many, 4, 2);
  std::printf("broken: %s\n", too_many.broken() ? "yes" : "no");
}
// Output:
//   BANG
// Output, in any order:
//   runner 1 runs
//   runner 2 runs
//   runner 3 runs
// Output, in any order:
//   runner 4 goes home
//   runner 5 goes home
// Output:
//   broken: yes
