// A function in a thread, beside what the main thread does. Both see the same global variable; after join() main sees what the
// thread wrote there.
// Python: t = Thread(target=music); t.start(); ...; t.join()
#include <cstdio>

#include <tandem/threading.hpp>

using namespace tandem::threading;

int a = 1;

void music() {
  for (int i = 1; i <= 3; ++i) std::printf("music: song %d\n", i);
  a = 10000;
}

int main() {
  Thread t{music};
  t.start();
  for (int i = 1; i <= 3; ++i) std::printf("main: works, %d\n", i);
  t.join();
  std::printf("main: a is %d\n", a);
}
// Output, in order per first word:
//   music: song 1
//   music: song 2
//   music: song 3
//   main: works, 1
//   main: works, 2
//   main: works, 3
// Output:
//   main: a is 10000
