// All that a Lock between processes can do. It belongs to nobody: another process may release it.
// Python: lock.acquire(), acquire(block=False), acquire(timeout=1), release(), with lock:
#include <chrono>
#include <cstdio>
#include <mutex>
#include <stdexcept>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

const char* yes_no(bool it) { return it ? "yes" : "no"; }

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Lock lock{"door"};  // a name is optional; errors show it
  lock.acquire();
  std::printf("locked: %s\n", yes_no(lock.locked()));
  std::printf("taken again, without waiting: %s\n", yes_no(lock.acquire(false)));
  std::printf("taken again, within 20 ms: %s\n", yes_no(lock.acquire(20ms)));

  mp::Process other{[](mp::Lock it) { it.release(); }, lock};
  other.start();
  other.join();
  std::printf("after another process released it: %s\n", yes_no(lock.locked()));

  {
    std::scoped_lock hold{lock};  // Python's "with lock:"
    std::printf("within the block: %s\n", yes_no(lock.locked()));
  }
  std::printf("behind the block: %s\n", yes_no(lock.locked()));

  try {
    lock.release();
  } catch (const std::logic_error& error) {  // Python: ValueError
    std::printf("%s\n", error.what());
  }
}
// Output:
//   locked: yes
//   taken again, without waiting: no
//   taken again, within 20 ms: no
//   after another process released it: no
//   within the block: yes
//   behind the block: no
//   release of the unlocked Lock 'door': acquire() must come first
