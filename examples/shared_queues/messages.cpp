// A process puts a message, another gets one, and so does main. Python: f(q) with q.put, f2(q) with q.get, time.sleep(1), q.get()
#include <cstdio>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void f(mp::Queue<std::string> q) { q.put("hello from a process"); }

void f2(mp::Queue<std::string> q) { std::printf(">>>>>> %s\n", q.get().c_str()); }

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::Queue<std::string> q;
  q.put("hello from main");

  mp::Process p{f, q};
  mp::Process p2{f2, q};
  p.start();
  p2.start();
  p2.join();  // it has taken what was put first
  std::printf("%s\n", q.get().c_str());
  p.join();
}
// Output:
//   >>>>>> hello from main
//   hello from a process
