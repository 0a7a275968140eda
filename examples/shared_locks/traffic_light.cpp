// A traffic light and six cars, each a process: at red they wait, at green all go. Python: light(e) with e.set(), e.clear() and
// sleeps, for ever; car(i, e) with e.wait(). Here the light changes when all cars stand before it, and later when all are through.
#include <cstdio>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

constexpr int number_of_cars = 6;

void light(mp::Event green, mp::Semaphore standing, mp::Semaphore passed) {
  std::puts("the light is red");
  for (int i = 0; i < number_of_cars; ++i) standing.acquire();
  std::puts("the light turns green");
  green.set();
  for (int i = 0; i < number_of_cars; ++i) passed.acquire();
  green.clear();
  std::puts("the light turns red");
}

void car(int i, mp::Event green, mp::Semaphore standing, mp::Semaphore passed) {
  if (!green.is_set()) std::printf("car %d stands\n", i);
  standing.release();
  green.wait();
  std::printf("car %d goes\n", i);
  passed.release();
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::Event green;
  mp::Semaphore standing{0}, passed{0};
  std::vector<mp::Process> cars;
  for (int i = 0; i < number_of_cars; ++i) cars.push_back(mp::Process::started(car, i, green, standing, passed));
  mp::Process::started(light, green, standing, passed).join();
}
// Output, in any order:
//   the light is red
//   car 0 stands
//   car 1 stands
//   car 2 stands
//   car 3 stands
//   car 4 stands
//   car 5 stands
// Output:
//   the light turns green
// Output, in any order:
//   car 0 goes
//   car 1 goes
//   car 2 goes
//   car 3 goes
//   car 4 goes
//   car 5 goes
// Output:
//   the light turns red
