// A process whose parent ends first is an orphan: it goes on, and init, or who has made himself the reaper of orphans, is its
// parent from then on. Under forkserver and spawn the kernel's parent is the fork server throughout, which stays as long as they
// do.
#include <cstdio>
#include <fstream>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

/// As /proc/self/status has it: what ps and pstree show, too.
int parent_in_proc() {
  std::ifstream status{"/proc/self/status"};
  std::string field;
  while (status >> field && field != "PPid:") {
  }
  int pid = 0;
  status >> pid;
  return pid;
}

void orphan(mp::Queue<std::string> said, mp::Event looked) {
  const int before = mp::getppid();
  looked.set();
  mp::parent_process()->join();  // until it has ended
  const int after = mp::getppid();
  said.put(std::string{"my parent has ended; my OS parent is "} +
           (before == after ? "the same, the fork server" : "another one now") +
           (parent_in_proc() == after ? ", by getppid() and by /proc" : ", by getppid(); /proc has another one"));
}

/// Ends without waiting for its child, which exit() or a return would do.
void careless(mp::Queue<std::string> said) {
  mp::Event looked;
  static mp::Process child{orphan, said, looked};
  child.start();
  looked.wait();
  mp::_exit(0);
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<std::string> said;
  for (const auto method : mp::get_all_start_methods()) {
    mp::set_start_method(method, true);
    mp::Process parent{careless, said};
    parent.start();
    parent.join();
    std::printf("%s: %s\n", std::string{method}.c_str(), said.get().c_str());
  }

  // On purpose: forked twice, so that nobody has to wait. Also the shared objects that it has stay with it.
  const int self = mp::getpid();
  mp::get_context<"fork">()
      .Process([&said, self] {
        said.put(mp::getppid() != self && mp::parent_process()->pid() == self ? "an orphan from the beginning" : "?");
      })
      .detach();
  std::printf("detach: %s\n", said.get().c_str());
  std::printf("children of main: %zu\n", mp::active_children().size());
}
// Output:
//   forkserver: my parent has ended; my OS parent is the same, the fork server, by getppid() and by /proc
//   spawn: my parent has ended; my OS parent is the same, the fork server, by getppid() and by /proc
//   fork: my parent has ended; my OS parent is another one now, by getppid() and by /proc
//   detach: an orphan from the beginning
//   children of main: 0
