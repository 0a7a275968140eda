// A barrier: nobody goes on before all have come. The last one runs the action. If somebody gives up, all are told.
// Python: b = threading.Barrier(3, action=...); b.wait(); BrokenBarrierError; b.reset()
#include <chrono>
#include <cstdio>
#include <deque>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

Barrier gate{3, [] { std::puts("gate: all three are here"); }};

void runner(int number) {
  std::printf("runner-%d comes to the gate\n", number);
  gate.wait();
  std::printf("runner-%d runs\n", number);
}

void waits_in_vain(int number) {
  try {
    gate.wait(50ms);
  } catch (const BrokenBarrierError& error) {
    std::printf("runner-%d: %s\n", number, error.what());
  }
}

template <class Function>
void send(int runners, Function function) {
  std::deque<Thread> threads;
  for (int i = 1; i <= runners; ++i) threads.emplace_back(function, i).start();
}  // and wait for them

int main() {
  send(3, runner);
  send(2, waits_in_vain);
  std::printf("broken: %s\n", gate.broken() ? "yes" : "no");
  gate.reset();
  send(3, [](int) { gate.wait(); });
  std::printf("broken after reset(): %s\n", gate.broken() ? "yes" : "no");
}
// Output, in any order:
//   runner-1 comes to the gate
//   runner-2 comes to the gate
//   runner-3 comes to the gate
// Output:
//   gate: all three are here
// Output, in any order:
//   runner-1 runs
//   runner-2 runs
//   runner-3 runs
// Output, in any order:
//   runner-1: the barrier is broken: a party waited longer than its time-out
//   runner-2: the barrier is broken: a party waited longer than its time-out
// Output:
//   broken: yes
//   gate: all three are here
//   broken after reset(): no
