// A process is killed in the middle of a change. The change is not made at all: who looks at the Value never sees half of it.
#include <csignal>
#include <cstdio>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

struct Accounts {
  int left = 50, right = 50;
};

void transfer(mp::Value<Accounts> accounts, int amount, bool dies) {
  accounts.update([&](Accounts& it) {
    it.left -= amount;
    if (dies) std::raise(SIGKILL);
    it.right += amount;
  });
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Value<Accounts> accounts;
  for (const bool dies : {false, true}) {
    mp::Process clerk{transfer, accounts, 10, dies};
    clerk.start();
    clerk.join();
    const Accounts now = accounts.value();
    std::printf("exit code %d: left %d, right %d\n", *clerk.exitcode(), now.left, now.right);
  }
}
// Output:
//   exit code 0: left 40, right 60
//   exit code -9: left 40, right 60
