// Ten people want three tickets, each in a process of its own. To look and to buy is one step under the lock, so no ticket is sold
// twice. Python: search(), get(), task(lock), with the number of tickets in a file; here it is in shared memory.
#include <cstdio>
#include <mutex>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void search(int person, const mp::RawValue<int>& tickets, mp::Lock& lock) {
  std::scoped_lock hold{lock};
  if (*tickets > 0) std::printf("person %d sees tickets\n", person);
}

void buy(int person, const mp::RawValue<int>& tickets, mp::Lock& lock) {
  std::scoped_lock hold{lock};
  if (*tickets > 0) {
    *tickets -= 1;
    std::printf("SOLD to person %d, %d left\n", person, *tickets);
  } else {
    std::printf("NONE left for person %d\n", person);
  }
}

void task(int person, mp::RawValue<int> tickets, mp::Lock lock, mp::Barrier all_have_looked) {
  search(person, tickets, lock);
  all_have_looked.wait();
  buy(person, tickets, lock);
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::RawValue<int> tickets{3};  // guarded by lock
  mp::Lock lock;
  mp::Barrier all_have_looked{10};
  std::vector<mp::Process> people;
  for (int person = 0; person < 10; ++person) {
    people.push_back(mp::Process::started(task, person, tickets, lock, all_have_looked));
  }
}
// Output, in any order:
//   person 0 sees tickets
//   person 1 sees tickets
//   person 2 sees tickets
//   person 3 sees tickets
//   person 4 sees tickets
//   person 5 sees tickets
//   person 6 sees tickets
//   person 7 sees tickets
//   person 8 sees tickets
//   person 9 sees tickets
// Output:
//   SOLD to person {number}, 2 left
//   SOLD to person {number}, 1 left
//   SOLD to person {number}, 0 left
//   NONE left for person {number}
//   NONE left for person {number}
//   NONE left for person {number}
//   NONE left for person {number}
//   NONE left for person {number}
//   NONE left for person {number}
//   NONE left for person {number}
