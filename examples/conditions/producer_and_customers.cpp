// A producer makes five, then waits until all are sold; two customers with money for three each wait until there is something.
// Python: class Producer: con.acquire(); while True: num += 1; if num >= 5: con.notify(); con.wait(); the producer is a daemon.
// Here it ends: its wait takes the thread's stop token, and the destructor asks it to stop. wait_for() looks again after each
// wake-up; the `if num <= 0: con.wait()` of the course may sell what another customer has just bought.
#include <cstdio>
#include <string>
#include <utility>

#include <tandem/threading.hpp>

using namespace tandem::threading;

Condition con;
int num = 0;  // guarded by con

class Producer : public Thread {
 public:
  void run() override {
    std::scoped_lock hold{con};
    while (con.wait_for([] { return num == 0; }, stop_token())) {
      while (num < 5) std::printf("Producer made 1, there are %d now\n", ++num);
      std::puts("Producer makes no more");
      con.notify_all();
    }
  }
};

class Customer : public Thread {
 public:
  explicit Customer(std::string its_name) { name(std::move(its_name)); }
  void run() override {
    for (int money = 3; money > 0; --money) {
      std::scoped_lock hold{con};
      con.wait_for([] { return num > 0; });
      std::printf("%s bought 1, %d are left\n", name().c_str(), --num);
      if (num == 0) con.notify_all();
    }
    std::printf("%s has no money left, and goes home\n", name().c_str());
  }
};

int main() {
  auto p = make<Producer>();
  auto c1 = make<Customer>("Customer-1");
  auto c2 = make<Customer>("Customer-2");
  p.start();
  c1.start();
  c2.start();
  c1.join();
  c2.join();
}
// Output, in order per first word:
//   Producer made 1, there are 1 now
//   Producer made 1, there are 2 now
//   Producer made 1, there are 3 now
//   Producer made 1, there are 4 now
//   Producer made 1, there are 5 now
//   Producer makes no more
//   Producer made 1, there are 1 now
//   Producer made 1, there are 2 now
//   Producer made 1, there are 3 now
//   Producer made 1, there are 4 now
//   Producer made 1, there are 5 now
//   Producer makes no more
//   Customer-1 bought 1, {number} are left
//   Customer-1 bought 1, {number} are left
//   Customer-1 bought 1, {number} are left
//   Customer-1 has no money left, and goes home
//   Customer-2 bought 1, {number} are left
//   Customer-2 bought 1, {number} are left
//   Customer-2 bought 1, {number} are left
//   Customer-2 has no money left, and goes home
