// os.fork: the child finds all that its parent has in memory, as a copy; what either of them changes from then on, the other does
// not see. So a function that is run under the start method fork may capture what it likes, by reference too.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  int a = 1;
  std::vector<std::string> pages{"index", "about"};
  mp::Value<int> shared{0};  // the exception: a shared object is shared
  auto child = mp::get_context<"fork">().Process([&] {
    std::printf("child: a = %d, %zu pages\n", a, pages.size());
    a = 10000;
    pages.clear();
    shared.update([](int& n) { n = 7; });
  });
  a = 2;  // it is what is there at start() that counts
  child.start();
  child.join();
  std::printf("parent: a = %d, %zu pages, shared: %d, exit code %d\n", a, pages.size(), shared.value(), *child.exitcode());

  // The same, where the start method is said at run time; a lambda with captures is refused there by those that send it.
  for (const auto method : mp::get_all_start_methods()) {
    try {
      auto other = mp::get_context(method).Process([&] { std::exit(a); });
      other.start();
      other.join();
      std::printf("%s: exit code %d\n", std::string{method}.c_str(), *other.exitcode());
    } catch (const std::invalid_argument& refusal) {
      std::printf("%s\n", refusal.what());
    }
  }
}
// Output:
//   child: a = 2, 2 pages
//   parent: a = 2, 2 pages, shared: 7, exit code 0
//   the start method 'forkserver' sends the function and its arguments to another process, and these cannot be sent: {...}
//   the start method 'spawn' sends the function and its arguments to another process, and these cannot be sent: {...}
//   fork: exit code 2
