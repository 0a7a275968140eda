// Two downloads, one after the other, and in two processes: in about half the time.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace mp = tandem::multiprocessing;

void download(std::string filename) {
  std::printf("downloading %s\n", filename.c_str());
  std::this_thread::sleep_for(300ms);
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);  // forkserver (which is the default), spawn or fork: all print the same
  const auto begin = Clock::now();
  download("one");
  download("two");
  const auto alone = Clock::now() - begin;
  std::printf("one after the other: %d ms at least\n", alone >= 600ms ? 600 : 0);

  mp::Process first{download, "three"};
  mp::Process second{download, "four"};
  first.start();
  second.start();
  first.join();
  second.join();
  std::printf("in two processes: exit codes %d and %d\n", *first.exitcode(), *second.exitcode());
}
// Output:
//   downloading one
//   downloading two
//   one after the other: 600 ms at least
// Output, in any order:
//   downloading three
//   downloading four
// Output:
//   in two processes: exit codes 0 and 0
