// An exception that leaves a thread's function ends the thread, and not the program; excepthook() is told.
// Python: threading.excepthook = hook. Without a hook, the thread's name and the exception are printed to stderr.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include <tandem/threading.hpp>

using namespace tandem::threading;

int main() {
  excepthook([](const ExceptHookArgs& args) {
    try {
      std::rethrow_exception(args.exception);
    } catch (const std::exception& error) {
      std::printf("%s died of: %s\n", args.thread.name().c_str(), error.what());
    }
  });
  Thread t{[] { throw std::runtime_error("no such page"); }};
  t.name("fetcher");
  t.start();
  t.join();
  std::puts("main goes on");
  excepthook({});  // the default again
}
// Output:
//   fetcher died of: no such page
//   main goes on
