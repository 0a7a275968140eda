// All that a Lock can do: take it, try to take it, wait for it for a while, release it, ask.
// Python: lock.acquire(), acquire(blocking=False), acquire(timeout=1), locked(), release(), with lock:
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

const char* yes_no(bool it) { return it ? "yes" : "no"; }

int main() {
  Lock lock{"door"};  // a name is optional; errors show it
  lock.acquire();
  std::printf("locked: %s\n", yes_no(lock.locked()));
  std::printf("taken again, without waiting: %s\n", yes_no(lock.acquire(false)));
  std::printf("taken again, within 20 ms: %s\n", yes_no(lock.acquire(20ms)));
  lock.release();
  std::printf("locked: %s\n", yes_no(lock.locked()));

  {
    std::scoped_lock hold{lock};  // Python's "with lock:"
    std::printf("within the block: %s\n", yes_no(lock.locked()));
  }
  std::printf("behind the block: %s\n", yes_no(lock.locked()));

  lock.acquire();
  Thread other{[&] { lock.release(); }};  // a Lock belongs to nobody: another thread may release it
  other.start();
  other.join();
  std::printf("after another's release: %s\n", yes_no(lock.locked()));

  try {
    lock.release();
  } catch (const std::logic_error& error) {  // Python: RuntimeError
    std::printf("%s\n", error.what());
  }
}
// Output:
//   locked: yes
//   taken again, without waiting: no
//   taken again, within 20 ms: no
//   locked: no
//   within the block: yes
//   behind the block: no
//   after another's release: no
//   release of the unlocked Lock 'door': acquire() must come first
