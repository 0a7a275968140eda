// A cook and three eaters, each a process, around one plate with room for two. Python: Condition (in the module's list).
#include <cstdio>
#include <mutex>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

struct Table {  // what belongs together goes to the others together
  mp::Lock lock;
  mp::Condition filled{lock}, emptied{lock};  // two things to wait for, one lock
  mp::RawValue<int> plate;                    // dishes on it; guarded by lock

  template <class Archive>
  void serialize(Archive& archive) {
    archive(lock, filled, emptied, plate);
  }
};

void cook(Table table, int dishes) {
  for (int i = 0; i < dishes; ++i) {
    std::scoped_lock hold{table.lock};
    table.emptied.wait_for([&] { return *table.plate < 2; });
    *table.plate += 1;
    table.filled.notify();
  }
  std::puts("the cook has made all");
}

void eat(Table table, int eater, int dishes) {
  for (int i = 0; i < dishes; ++i) {
    std::scoped_lock hold{table.lock};
    table.filled.wait_for([&] { return *table.plate > 0; });
    *table.plate -= 1;
    table.emptied.notify();
  }
  std::printf("eater %d had %d dishes\n", eater, dishes);
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  Table table;
  {
    std::vector<mp::Process> processes;
    for (int eater = 1; eater <= 3; ++eater) processes.push_back(mp::Process::started(eat, table, eater, 4));
    processes.push_back(mp::Process::started(cook, table, 12));
  }
  std::printf("left on the plate: %d\n", *table.plate);
}
// Output, in any order:
//   the cook has made all
//   eater 1 had 4 dishes
//   eater 2 had 4 dishes
//   eater 3 had 4 dishes
// Output:
//   left on the plate: 0
