// A process is killed while it holds a lock, in the middle of a transfer. In Python all others would wait for ever; here the next
// one gets the lock, learns from recovered() that the data may be half-written, and repairs it.
#include <csignal>
#include <cstdio>
#include <mutex>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

struct Accounts {
  int left = 50, right = 50;  // together always 100
};

void transfer(mp::Lock lock, mp::RawValue<Accounts> accounts, int amount) {
  std::scoped_lock hold{lock};
  accounts->left -= amount;
  std::raise(SIGKILL);  // kill -9, at the worst moment
  accounts->right += amount;
}

void look(mp::Lock& lock, const mp::RawValue<Accounts>& accounts) {
  std::scoped_lock hold{lock};
  std::printf("its holder died: %s; left %d, right %d\n", lock.recovered() ? "yes" : "no", accounts->left, accounts->right);
  if (lock.recovered()) accounts->left = 100 - accounts->right;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Lock lock;
  mp::RawValue<Accounts> accounts;
  mp::Process clerk{transfer, lock, accounts, 30};
  clerk.start();
  clerk.join();
  std::printf("the clerk's exit code: %d\n", *clerk.exitcode());
  look(lock, accounts);
  look(lock, accounts);  // all is well again
}
// Output:
//   the clerk's exit code: -9
//   its holder died: yes; left 20, right 50
//   its holder died: no; left 50, right 50
