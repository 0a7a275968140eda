// exit() runs the exit handlers and writes what was printed; _exit() does neither. A process whose function returns writes what was
// printed, and leaves the handlers to the program.
#include <cstdio>
#include <cstdlib>

#include <tandem/multiprocessing.hpp>
#include <tandem/platform/process.hpp>

namespace mp = tandem::multiprocessing;

void leave(int way) {
  std::atexit([] { std::puts("  the handler has run"); });
  std::puts("  printed");
  if (way == 0) std::exit(5);
  if (way == 1) tandem::platform::exit_now(6);
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOFBF, BUFSIZ);  // or each line would be written at once on a terminal
  tandem::init(argc, argv);
  const char* const ways[]{"exit:", "_exit:", "return:"};
  for (int way = 0; way < 3; ++way) {
    std::puts(ways[way]);
    std::fflush(stdout);
    mp::Process process{leave, way};
    process.start();
    process.join();
    std::printf("  exit code %d\n", *process.exitcode());
  }
}
// Output:
//   exit:
//     printed
//     the handler has run
//     exit code 5
//   _exit:
//     exit code 6
//   return:
//     printed
//     exit code 0
