// go_ahead.cpp with a thread class.
// Python: class Guest(threading.Thread): run() calls eat(self.people); for i in ["xb", "xh", "xc"]: t = Guest(i); t.start()
#include <cstdio>
#include <deque>
#include <string>
#include <utility>

#include <tandem/threading.hpp>

using namespace tandem::threading;

Event begin;
Semaphore at_table{0};

void eat(const std::string& name) {
  std::printf("%s sits down\n", name.c_str());
  at_table.release();
  begin.wait();
  std::printf("%s begins to eat\n", name.c_str());
}

class Guest : public Thread {
 public:
  explicit Guest(std::string people) : people_{std::move(people)} {}
  void run() override {
    eat(people_);
    std::printf("%s ends with thread %s\n", people_.c_str(), name().c_str());
  }

 private:
  std::string people_;
};

int main() {
  std::deque<Made<Guest>> guests;  // such objects cannot be moved, so a std::vector will not do
  for (const char* name : {"xb", "xh", "xc"}) guests.emplace_back(name).start();
  for (int i = 0; i < 3; ++i) at_table.acquire();
  std::puts("all are there, begin");
  begin.set();
}
// Output, in any order:
//   xb sits down
//   xh sits down
//   xc sits down
// Output:
//   all are there, begin
// Output, in order per first word:
//   xb begins to eat
//   xb ends with thread Thread-1
//   xh begins to eat
//   xh ends with thread Thread-2
//   xc begins to eat
//   xc ends with thread Thread-3
