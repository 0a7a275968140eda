// Threads that nobody keeps: start() on a temporary. Main goes on at once, and the program ends when both loops have ended.
// Python: _thread.start_new_thread(loop1, ()), which loses a loop that still runs when the main thread ends. Not so here.
#include <chrono>
#include <cstdio>
#include <thread>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

void loop(int number, std::chrono::milliseconds pause) {
  std::printf("loop-%d starts\n", number);
  std::this_thread::sleep_for(pause);
  std::printf("loop-%d ends\n", number);
}

int main() {
  std::puts("main starts");
  Thread{loop, 1, 200ms}.start();
  std::puts("main ----------");
  Thread{loop, 2, 100ms}.start();
  std::puts("main has no more to do");
}
// Output, in order per first word:
//   main starts
//   main ----------
//   main has no more to do
//   loop-1 starts
//   loop-1 ends
//   loop-2 starts
//   loop-2 ends
