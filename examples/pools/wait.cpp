// wait() until one of several futures is done, one has failed, or all are done; it gives those that are and those that are not.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include <tandem/futures.hpp>
#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
using namespace tandem;
using namespace tandem::futures;
namespace mp = tandem::multiprocessing;

int work(int number, mp::Event go) {
  go.wait();
  if (number == 1) throw std::runtime_error{"1 never works"};
  return number;
}

void tell(const char* until, const WaitResult<int>& found) {
  std::printf("%s: %zu done, %zu not done\n", until, found.done.size(), found.not_done.size());
}

int main(int argc, char** argv) {
  init(argc, argv);
  ProcessPoolExecutor pool{3};
  std::vector<mp::Event> go(3);
  std::vector<Future<int>> all;
  for (std::size_t i = 0; i < 3; ++i) all.push_back(pool.submit(work, static_cast<int>(i), go[i]));

  tell("a time-out", futures::wait(all, 10ms));
  go[0].set();
  tell("FIRST_COMPLETED", futures::wait(all, FIRST_COMPLETED));
  go[1].set();
  tell("FIRST_EXCEPTION", futures::wait(all, FIRST_EXCEPTION));
  go[2].set();
  tell("ALL_COMPLETED", futures::wait(all));
}
// Output:
//   a time-out: 0 done, 3 not done
//   FIRST_COMPLETED: 1 done, 2 not done
//   FIRST_EXCEPTION: 2 done, 1 not done
//   ALL_COMPLETED: 3 done, 0 not done
