// A global variable is a variable of each process for itself: what a child does to it, nobody else sees. A Value is there once.
// Python: n = 100; work(): global n; n = 0; after p.join(), n is still 100 in the main process.
#include <cstdio>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int n = 100;

void work() {
  n = 0;
  std::printf("in the process: %d\n", n);
}

void work_on(mp::Value<int> value) {
  value.value(0);
  std::printf("the Value in the process: %d\n", value.value());
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::Process p{work};
  p.start();
  p.join();
  std::printf("in main: %d\n", n);

  mp::Value<int> value{100};
  mp::Process q{work_on, value};
  q.start();
  q.join();
  std::printf("the Value in main: %d\n", value.value());
}
// Output:
//   in the process: 0
//   in main: 100
//   the Value in the process: 0
//   the Value in main: 0
