// What becomes of a permit whose taker is killed: one that acquire() took is gone, as in Python, for permits have no owner. One
// that hold() took is given back, because the guard has one.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

void careless(mp::Semaphore rooms) {
  rooms.acquire();
  std::raise(SIGKILL);
}

void careful(mp::Semaphore rooms) {
  auto room = rooms.hold();
  std::raise(SIGKILL);
}

void kill_one(void (*guest)(mp::Semaphore), const mp::Semaphore& rooms) {
  mp::Process process{guest, rooms};
  process.start();
  process.join();
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Semaphore rooms{1};
  kill_one(careful, rooms);
  {
    auto room = rooms.hold(10s);
    std::printf("after the careful one: %s\n", room ? "a room" : "no room");
    std::printf("while we have it: %s\n", rooms.hold(20ms) ? "a room" : "no room");
  }
  kill_one(careless, rooms);
  std::printf("after the careless one: %s\n", rooms.acquire(20ms) ? "a room" : "no room");
  rooms.release();  // anybody may give back what was lost

  mp::BoundedSemaphore beds{2, "beds"};
  try {
    beds.release();
  } catch (const std::invalid_argument& error) {  // Python: ValueError
    std::printf("%s\n", error.what());
  }
}
// Output:
//   after the careful one: a room
//   while we have it: no room
//   after the careless one: no room
//   BoundedSemaphore::release: more than its initial value of 2 in 'beds'; release only what was acquired
