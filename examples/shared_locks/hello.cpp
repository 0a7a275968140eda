// Processes greet one after the other, and give the lock back on each way out. Python: l.acquire(), try: ... finally: l.release()
#include <cstdio>
#include <mutex>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void f(mp::Lock lock, int i) {
  std::scoped_lock hold{lock};  // Python: with lock:
  std::printf("%d\n", mp::current_process().pid());
  std::printf("hello world %d\n", i);
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::Lock lock;
  for (int num = 0; num < 4; ++num) mp::Process{f, lock, num}.start();  // temporaries: waited for when the program ends
}
// Output:
//   {number}
//   hello world {number}
//   {number}
//   hello world {number}
//   {number}
//   hello world {number}
//   {number}
//   hello world {number}
