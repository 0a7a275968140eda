// A child that has ended stays as a zombie until somebody waits for it: one that was forked by hand, or by the start method fork.
// The course's ways against it: wait for the child, fork twice, or ignore SIGCHLD. Where the fork server is the parent it waits.
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
  if (pid == 0) mp::_exit(3);
  return pid;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);

  int pid = fork_by_hand();
  std::printf("forked by hand, nobody waits: %c\n", state_once_it_is('Z', pid));
  const auto code = tandem::platform::reap_child(pid);
  std::printf("somebody has waited: %c, exit code %d\n", state_of(pid), code.value_or(-1));

  for (const auto method : mp::get_all_start_methods()) {
    auto process = mp::get_context(method).Process([] { std::exit(3); });
    process.start();
    std::printf("%s, nobody waits: %c, ", std::string{method}.c_str(),
                state_once_it_is(method == "fork" ? 'Z' : '-', process.pid()));
    process.join();
    std::printf("joined: %c, exit code %d\n", state_of(process.pid()), *process.exitcode());
  }

  // Its parent has ended before this returns, so that it is somebody else's who waits for such ones: init.
  pid = mp::get_context<"fork">().Process([] { mp::_exit(3); }).detach();
  std::printf("forked twice: %s to wait for\n", tandem::platform::reap_child(pid) ? "ours" : "not ours");

  mp::ignore_children();
  pid = fork_by_hand();
  std::printf("SIGCHLD is ignored: %c\n", state_once_it_is('-', pid));
  auto lost = mp::get_context<"fork">().Process([] { std::exit(3); });
  lost.start();
  lost.join();
  std::printf("by fork: %c, ", state_of(lost.pid()));
  try {
    std::printf("exit code %d\n", *lost.exitcode());
  } catch (const mp::ExitCodeLost&) {
    std::puts("and its exit code is lost");
  }
}
// Output:
//   forked by hand, nobody waits: Z
//   somebody has waited: -, exit code 3
//   forkserver, nobody waits: -, joined: -, exit code 3
//   spawn, nobody waits: -, joined: -, exit code 3
//   fork, nobody waits: Z, joined: -, exit code 3
//   forked twice: not ours to wait for
//   SIGCHLD is ignored: -
//   by fork: -, and its exit code is lost
