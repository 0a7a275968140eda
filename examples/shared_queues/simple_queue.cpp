// A mailbox: no limit, no task_done, no shutdown. Python: SimpleQueue; put, get, empty, close.
#include <cstdio>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::SimpleQueue<std::string> letters;
  mp::Process writer{[](mp::SimpleQueue<std::string> out, std::string to) { out.put("dear " + to); }, letters, "Ann"};
  writer.start();
  std::printf("%s\n", letters.get().c_str());
  std::printf("empty: %s\n", letters.empty() ? "yes" : "no");
  letters.close();
}
// Output:
//   dear Ann
//   empty: yes
