// Two threads change the same number, one up and one down, equally often. With the lock nothing gets lost: it ends as it began.
// Python: myAdd() and myMinu() with lock.acquire(); sum += 1; lock.release()
// (Without the lock the result would be any number, and in C++ the program would not even be a valid one.)
#include <cstdio>

#include <tandem/threading.hpp>

using namespace tandem::threading;

int sum = 0;
Lock sum_lock;
constexpr int loops = 100'000;

void my_add() {
  for (int i = 0; i < loops; ++i) {
    sum_lock.acquire();
    sum += 1;
    sum_lock.release();
  }
}

void my_minus() {
  for (int i = 0; i < loops; ++i) {
    std::scoped_lock hold{sum_lock};  // the same, and released on each way out
    sum -= 1;
  }
}

int main() {
  std::printf("starting from %d\n", sum);
  Thread t1{my_add};
  Thread t2{my_minus};
  t1.start();
  t2.start();
  t1.join();
  t2.join();
  std::printf("done to %d\n", sum);
}
// Output:
//   starting from 0
//   done to 0
