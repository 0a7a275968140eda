// Five processes put three items each and do not wait for room, five get three each and do not wait for items: who finds the queue
// full or empty gives up. So what is left differs from run to run, but nothing is lost. Python: put(q) and out(q) with put_nowait,
// get_nowait, except: print("blocked"); at the end q.qsize()
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>
#include <tandem/queue.hpp>

namespace mp = tandem::multiprocessing;

void put(mp::Queue<std::string> q, mp::Value<int> balance) {
  try {
    for (int i = 0; i < 3; ++i) {
      q.put_nowait("item " + std::to_string(i));
      balance.update([](int& n) { ++n; });
    }
  } catch (const tandem::queue::Full&) {
    std::printf("%s found the queue full\n", mp::current_process().name().c_str());
  }
}

void out(mp::Queue<std::string> q, mp::Value<int> balance) {
  try {
    for (int i = 0; i < 3; ++i) {
      q.get_nowait();
      balance.update([](int& n) { --n; });
    }
  } catch (const tandem::queue::Empty&) {
    std::printf("%s found the queue empty\n", mp::current_process().name().c_str());
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<std::string> q{15};
  mp::Value<int> balance{1};
  q.put("the game begins");
  {
    std::vector<mp::Process> processes;
    for (int i = 0; i < 5; ++i) {
      processes.push_back(mp::Process::started(put, q, balance));
      processes.push_back(mp::Process::started(out, q, balance));
    }
  }
  std::printf("left: %zu items, ", q.qsize());
  std::puts(static_cast<int>(q.qsize()) == balance.value() ? "as many as were put and not gotten" : "and that is wrong");
}
// Output, among others:
//   left: {number} items, as many as were put and not gotten
