// Five processes print two lines each. Without a lock they all run at once, and nobody's lines stand together; with one, they do.
// Python: work(n) and work(n, lock) with print, time.sleep, print; lock.acquire(); ...; lock.release()
#include <cstdio>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void work(int n, mp::Barrier all_run) {
  std::printf("%d: %d is running\n", n, mp::current_process().pid());
  all_run.wait();  // instead of sleeping until the others have come as far
  std::printf("%d: %d is done\n", n, mp::current_process().pid());
}

void work_alone(int n, mp::Lock lock) {
  lock.acquire();
  std::printf("%d: %d is running\n", n, mp::current_process().pid());
  std::printf("%d: %d is done\n", n, mp::current_process().pid());
  lock.release();
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed: by the processes, too
  tandem::init(argc, argv);

  mp::Barrier all_run{5};
  {
    std::vector<mp::Process> processes;
    for (int i = 0; i < 5; ++i) processes.push_back(mp::Process::started(work, i, all_run));
  }  // the destructors wait for their ends
  std::puts("with a lock:");

  mp::Lock lock;
  std::vector<mp::Process> processes;
  for (int i = 0; i < 5; ++i) processes.push_back(mp::Process::started(work_alone, i, lock));
}
// Output, in any order:
//   0: {number} is running
//   1: {number} is running
//   2: {number} is running
//   3: {number} is running
//   4: {number} is running
// Output, in any order:
//   0: {number} is done
//   1: {number} is done
//   2: {number} is done
//   3: {number} is done
//   4: {number} is done
// Output:
//   with a lock:
//   {number}: {number} is running
//   {number}: {number} is done
//   {number}: {number} is running
//   {number}: {number} is done
//   {number}: {number} is running
//   {number}: {number} is done
//   {number}: {number} is running
//   {number}: {number} is done
//   {number}: {number} is running
//   {number}: {number} is done
