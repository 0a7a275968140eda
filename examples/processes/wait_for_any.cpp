// os.wait(): whichever child ends first.
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);  // forkserver (which is the default), spawn or fork: all print the same
  std::vector<mp::Event> may_end(3);
  std::vector<mp::Process> all;
  for (int i = 0; i < 3; ++i) {
    all.emplace_back(
        [](mp::Event go, int code) {
          go.wait();
          std::exit(code);
        },
        may_end[static_cast<std::size_t>(i)], i);
    static_cast<mp::Process&>(all.back()).start();
  }
  auto left = mp::active_children();
  for (const std::size_t next : {1U, 2U, 0U}) {
    may_end[next].set();
    for (const auto& ended : mp::wait_for_any(left)) {
      std::printf("%s ended, exit code %d\n", ended.name().c_str(), *ended.exitcode());
      std::erase(left, ended);
    }
  }
}
// Output:
//   Process-2 ended, exit code 1
//   Process-3 ended, exit code 2
//   Process-1 ended, exit code 0
