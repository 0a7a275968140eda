// name, pid, is_alive, daemon, exitcode, sentinel, terminate: what one can see and do of a process.
#include <chrono>
#include <cstdio>
#include <thread>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

void sleep_long() { std::this_thread::sleep_for(10min); }

void show(const mp::Process& process) {
  const auto code = process.exitcode();
  std::printf("alive: %s, exit code: %s\n", process.is_alive() ? "yes" : "no", code ? std::to_string(*code).c_str() : "none");
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  for (const auto method : mp::get_all_start_methods()) {
    auto process = mp::get_context(method).Process(sleep_long);
    process.name("sleeper");
    std::printf("%s, by %s, daemon: %s\n", process.name().c_str(), std::string{method}.c_str(), process.daemon() ? "yes" : "no");
    show(process);
    process.start();
    std::printf("pid: %d\n", process.pid());
    show(process);
    std::printf("join(50ms): %s\n", process.join(50ms) ? "it has ended" : "it goes on");
    process.terminate();
    mp::connection::wait({process.sentinel()});
    process.join();
    show(process);
  }
}
// Output:
//   sleeper, by forkserver, daemon: no
//   alive: no, exit code: none
//   pid: {number}
//   alive: yes, exit code: none
//   join(50ms): it goes on
//   alive: no, exit code: -15
//   sleeper, by spawn, daemon: no
//   alive: no, exit code: none
//   pid: {number}
//   alive: yes, exit code: none
//   join(50ms): it goes on
//   alive: no, exit code: -15
//   sleeper, by fork, daemon: no
//   alive: no, exit code: none
//   pid: {number}
//   alive: yes, exit code: none
//   join(50ms): it goes on
//   alive: no, exit code: -15
