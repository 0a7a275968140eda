// The homework of the course's first part: two processes put functions into a queue, two others take them out and run them. In
// Python only functions with a name at the top of a module can go through a queue; here lambdas without captures do, and bring
// arguments.
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void cook(std::string dish, int portions) { std::printf("cooks %d portions of %s\n", portions, dish.c_str()); }
void sing(std::string song) { std::printf("sings '%s'\n", song.c_str()); }

void kitchen(mp::Queue<mp::Task> work) {
  work.put(mp::Task{cook, "soup", 2});
  work.put(mp::Task{cook, "rice", 4});
}

void choir(mp::Queue<mp::Task> work) {
  work.put(mp::Task{sing, "Greensleeves"});
  work.put(mp::Task{[](int times) { std::printf("claps %d times\n", times); }, 3});
}

void executor(mp::Queue<mp::Task> work) {
  for (const mp::Task& task : work) task();
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<mp::Task> work;
  std::vector<mp::Process> executors;
  for (int i = 0; i < 2; ++i) executors.push_back(mp::Process::started(executor, work));

  mp::Process first = mp::Process::started(kitchen, work);
  mp::Process second = mp::Process::started(choir, work);
  first.join();
  second.join();
  work.shutdown();  // no more will come
}
// Output, in any order:
//   cooks 2 portions of soup
//   cooks 4 portions of rice
//   sings 'Greensleeves'
//   claps 3 times
