// A daemon ends with the process that started it, and must not have children of its own; one that is no daemon is waited for.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

void chat(mp::Event begun) {
  std::printf("%s, daemon: %s\n", mp::current_process().name().c_str(), mp::current_process().daemon() ? "yes" : "no");
  begun.set();
  std::this_thread::sleep_for(10min);
  std::puts("never printed");
}

void have_children() {
  try {
    mp::Process{[] {}}.start();
  } catch (const std::logic_error& refusal) {
    std::puts(refusal.what());
  }
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);  // forkserver (which is the default), spawn or fork: all print the same
  mp::Event begun;
  mp::Process daemon{chat, begun};
  daemon.daemon(true);  // before start()
  daemon.start();
  begun.wait();
  mp::Process parent{have_children};
  parent.daemon(true);
  parent.start();
  parent.join();
  std::puts("main is done, and does not wait for ten minutes");
}
// Output:
//   Process-1, daemon: yes
//   Process 'Process-2:1' cannot be started: 'Process-2' is a daemon, and daemons may not have children. {...}
//   main is done, and does not wait for ten minutes
