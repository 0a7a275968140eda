// Waiting for a flag by looking again and again. It works, but each look costs, and what comes between two looks is noticed late:
// server_event.cpp is the same with an Event.
// Python: flag = False; task1: while 1: print(...); time.sleep(1); if flag: print(...); return
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

std::atomic<bool> flag = false;  // a plain bool would be a data race; Python has its global lock instead

void server() {
  std::printf("%s checks whether the server is up\n", current_thread().name().c_str());
  std::this_thread::sleep_for(60ms);
  flag = true;
}

void client() {
  int tries = 0;
  do {
    ++tries;
    std::this_thread::sleep_for(20ms);
  } while (!flag);
  std::printf("%s is connected, at the %d. try\n", current_thread().name().c_str(), tries);
}

int main() {
  Thread t1{client}, t2{client}, t3{client};
  Thread t{server};
  t.start();
  t1.start();
  t2.start();
  t3.start();
}  // the destructors join
// Output, in any order:
//   Thread-1 is connected, at the {at least 1}. try
//   Thread-2 is connected, at the {at least 1}. try
//   Thread-3 is connected, at the {at least 1}. try
//   Thread-4 checks whether the server is up
