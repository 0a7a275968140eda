// Money goes from account to account, in both directions at once. Each transfer needs both locks; taken in the order of the names
// in the call, two transfers would wait for each other. acquire_in_order takes them in one order for all.
// Python: from.lock(); from.withdraw(amount); to.lock(); to.deposit(amount); to.unlock(); from.unlock(), and the program hangs.
#include <cstdio>
#include <deque>
#include <string>

#include <tandem/threading.hpp>

using namespace tandem::threading;

struct Account {
  std::string owner;
  int balance;  // guarded by lock
  Lock lock = {};
};

bool transfer(Account& from, Account& to, int amount) {
  auto both = acquire_in_order(from.lock, to.lock);
  if (from.balance < amount) return false;
  from.balance -= amount;
  to.balance += amount;
  return true;
}

int main() {
  Account tom{"Tom", 6000}, alex{"Alex", 8000};
  std::deque<Thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads
        .emplace_back([&] {
          for (int n = 0; n < 1000; ++n) transfer(tom, alex, 2);
        })
        .start();
    threads
        .emplace_back([&] {
          for (int n = 0; n < 1000; ++n) transfer(alex, tom, 1);
        })
        .start();
  }
  for (Thread& thread : threads) thread.join();
  std::printf("%s has %d, %s has %d\n", tom.owner.c_str(), tom.balance, alex.owner.c_str(), alex.balance);
  std::printf("too much at once: %s\n", transfer(tom, alex, 100'000) ? "done" : "refused");
}
// Output:
//   Tom has 4000, Alex has 10000
//   too much at once: refused
