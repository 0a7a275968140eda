// A child that has ended stays as a zombie until somebody waits for it: one that was forked by hand, but no Process. The course's
// ways against it: wait for the child, or ignore SIGCHLD.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include <tandem/multiprocessing.hpp>
#include <tandem/platform/process.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

/// What /proc shows: Z for a zombie, - if it is gone.
char state_of(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  return std::getline(file, text) ? text[text.rfind(')') + 2] : '-';
}

char state_once_it_is(char wanted, int pid) {
  for (int i = 0; i < 2000 && state_of(pid) != wanted; ++i) std::this_thread::sleep_for(5ms);
  return state_of(pid);
}

int fork_by_hand() {
  const int pid = tandem::platform::fork_process();
  if (pid == 0) tandem::platform::exit_now(3);
  return pid;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);

  int pid = fork_by_hand();
  std::printf("nobody waits: %c\n", state_once_it_is('Z', pid));
  const auto code = tandem::platform::reap_child(pid);
  std::printf("somebody has waited: %c, exit code %d\n", state_of(pid), code.value_or(-1));

  mp::ignore_children();
  pid = fork_by_hand();
  std::printf("SIGCHLD is ignored: %c\n", state_once_it_is('-', pid));

  for (const auto method : mp::get_all_start_methods()) {
    auto process = mp::get_context(method).Process([] { std::exit(3); });
    process.start();
    std::printf("a Process, nobody waits: %c, ", state_once_it_is('-', process.pid()));
    process.join();
    std::printf("exit code %d\n", *process.exitcode());
  }
}
// Output:
//   nobody waits: Z
//   somebody has waited: -, exit code 3
//   SIGCHLD is ignored: -
//   a Process, nobody waits: -, exit code 3
//   a Process, nobody waits: -, exit code 3
