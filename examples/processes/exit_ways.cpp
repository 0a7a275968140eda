// exit() runs the exit handlers and writes what was printed; _exit() does neither. A process whose function returns writes what was
// printed, and leaves the handlers to the program. The same under each start method: a copy of main (fork) does not run main's
// either.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void leave(int way) {
  std::atexit([] { std::puts("  the handler has run"); });
  std::puts("  printed");
  if (way == 0) std::exit(5);
  if (way == 1) mp::_exit(6);
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOFBF, BUFSIZ);  // or each line would be written at once on a terminal
  tandem::init(argc, argv);
  std::atexit([] { std::puts("the handler of main has run"); });
  const char* const ways[]{"exit:", "_exit:", "return:"};
  for (const auto method : mp::get_all_start_methods()) {
    for (int way = 0; way < 3; ++way) {
      std::printf("%s, %s\n", std::string{method}.c_str(), ways[way]);
      std::fflush(stdout);
      auto process = mp::get_context(method).Process(leave, way);
      process.start();
      process.join();
      std::printf("  exit code %d\n", *process.exitcode());
    }
  }
}
// Output:
//   forkserver, exit:
//     printed
//     the handler has run
//     exit code 5
//   forkserver, _exit:
//     exit code 6
//   forkserver, return:
//     printed
//     exit code 0
//   spawn, exit:
//     printed
//     the handler has run
//     exit code 5
//   spawn, _exit:
//     exit code 6
//   spawn, return:
//     printed
//     exit code 0
//   fork, exit:
//     printed
//     the handler has run
//     exit code 5
//   fork, _exit:
//     exit code 6
//   fork, return:
//     printed
//     exit code 0
//   the handler of main has run
