// What a thread's function is called with: copies, moved values, references by std::ref; a lambda names what it passes.
// Python: Thread(target=fun, args=(2,), kwargs={"name": "Tom"}), five of them, all joined.
#include <cstdio>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include <tandem/threading.hpp>

using namespace tandem::threading;

void fun(int seconds, std::string name) { std::printf("%s works for %d s\n", name.c_str(), seconds); }
void add(int& sum, int number) { sum += number; }
void take(std::unique_ptr<int> box) { std::printf("the box has %d in it\n", *box); }

int main() {
  std::list<Thread> jobs;
  for (int i = 1; i <= 5; ++i) jobs.emplace_back(fun, i, "Tom-" + std::to_string(i)).start();
  for (Thread& job : jobs) job.join();

  int sum = 40;
  Thread adder{add, std::ref(sum), 2};  // sum must live until the thread has ended
  adder.start();
  adder.join();
  std::printf("the sum is %d\n", sum);

  Thread by_name{[seconds = 3, name = std::string{"Ann"}] { fun(seconds, name); }};  // Python's kwargs
  by_name.start();
  by_name.join();

  Thread taker{take, std::make_unique<int>(7)};  // what cannot be copied is moved
  taker.start();
  taker.join();
}
// Output, in any order:
//   Tom-1 works for 1 s
//   Tom-2 works for 2 s
//   Tom-3 works for 3 s
//   Tom-4 works for 4 s
//   Tom-5 works for 5 s
// Output:
//   the sum is 42
//   Ann works for 3 s
//   the box has 7 in it
