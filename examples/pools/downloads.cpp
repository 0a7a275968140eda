// Eight downloads by a pool of four processes: asynchronous, without anybody looking at results. Without close() and join() the
// pool's end would be theirs, too.
#include <chrono>
#include <cstdio>
#include <thread>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace mp = tandem::multiprocessing;

void download(int name) {
  std::printf("begins to download %d in process %d\n", name, mp::current_process().pid());
  std::this_thread::sleep_for(20ms);
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  const auto begin = Clock::now();
  mp::Pool pool{4};
  for (int name = 0; name < 8; ++name) pool.apply_async(download, name);
  pool.close();
  pool.join();
  std::printf("it took %ld ms\n", (Clock::now() - begin) / 1ms);
}
// Output, in any order:
//   begins to download 0 in process {number}
//   begins to download 1 in process {number}
//   begins to download 2 in process {number}
//   begins to download 3 in process {number}
//   begins to download 4 in process {number}
//   begins to download 5 in process {number}
//   begins to download 6 in process {number}
//   begins to download 7 in process {number}
// Output:
//   it took {at least 40} ms
