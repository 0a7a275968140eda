// os.getpid(), os.getppid(): who is whose child, under each start method. The kernel's parent of a Process is the fork server,
// which waits for it, and under fork who has started it; that is parent_process() under all of them.
#include <cstdio>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void work(int parent, int fork_server_of_brother) {
  const bool is_new = mp::getpid() != parent;
  std::printf("child: a pid of its own: %s; started by main: %s; parent_process() %s\n", is_new ? "yes" : "no",
              mp::parent_process()->pid() == parent ? "yes" : "no", mp::parent_process()->name().c_str());
  const int os_parent = mp::getppid();
  std::printf("child: getppid() is %s\n", os_parent == fork_server_of_brother ? "the fork server"
                                          : os_parent == parent               ? "main"
                                                                              : "?");
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  mp::Queue<int> told;
  mp::Process first{[](mp::Queue<int> out) { out.put(mp::getppid()); }, told};
  first.start();
  const int server = told.get();
  first.join();
  for (const auto method : mp::get_all_start_methods()) {
    auto process = mp::get_context(method).Process(work, mp::getpid(), server);
    process.start();
    process.join();
  }
  std::printf("main: no parent_process(): %s\n", mp::parent_process() ? "wrong" : "right");
}
// Output:
//   child: a pid of its own: yes; started by main: yes; parent_process() MainProcess
//   child: getppid() is the fork server
//   child: a pid of its own: yes; started by main: yes; parent_process() MainProcess
//   child: getppid() is the fork server
//   child: a pid of its own: yes; started by main: yes; parent_process() MainProcess
//   child: getppid() is main
//   main: no parent_process(): right
