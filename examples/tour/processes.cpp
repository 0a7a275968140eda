// A tour of what processes share: each line as a program would write it. Python: multiprocessing.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>

#include <tandem/tandem.hpp>

namespace mp = tandem::multiprocessing;
using namespace std::chrono_literals;

// Read it line by line:
// clang-format off
void die(mp::Lock gate) { gate.acquire();  std::raise(SIGKILL); }
void greet(std::string name) { std::printf("hello %s\n", name.c_str()); }

void messages_and_locks() {
  mp::Queue<std::string> lines;                            // shared; may be an argument of anything
  mp::Process writer{[](mp::Queue<std::string> out) { out.put("hello"); }, lines};
  writer.start();  std::puts(lines.get().c_str());

  mp::Queue<mp::Task> work{100};                           // functions as data
  mp::Process executor{[](mp::Queue<mp::Task> in) { for (mp::Task& task : in) task(); }, work};
  executor.start();
  work.put(mp::Task{greet, "Ann"});  work.put(mp::Task{greet, "Bob"}, 50ms);
  work.shutdown();  executor.join();

  mp::Lock gate;                                           // process-shared; gate.recovered() after an owner died
  mp::Process holder{die, gate};  holder.start();  holder.join();
  { std::scoped_lock hold{gate};  if (gate.recovered()) std::puts("its holder died"); }

  mp::Semaphore rooms{4};  { auto room = rooms.hold(); }   // the guard is given back if its holder dies
  std::printf("rooms %d\n", rooms.value());
}

void memory() {
  mp::Value<int> counter{0};  counter.update([](int& n) { ++n; });
  std::printf("counter %d\n", counter.value());

  mp::Array<double> sums{0.5, 1, 2};  sums[1] = 1.5;  sums.update(2, [](double& sum) { sum += 1; });
  for (double sum : sums) std::printf("sum %g\n", sum);

  mp::RawValue<std::atomic<int>> hits;  hits->fetch_add(1);
  mp::RawArray<float> raw(1000);  for (float& x : raw.span()) x = 1;
  std::printf("hits %d, raw %g\n", hits->load(), static_cast<double>(raw[999]));

  mp::SharedMemory picture{"picture", 640 * 480};
  mp::Process painter{[] { mp::SharedMemory::attach("picture").buf()[0] = std::byte{7}; }};
  painter.start();  painter.join();
  std::printf("painted %d\n", std::to_integer<int>(picture.buf()[0]));
  picture.unlink();
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  messages_and_locks();
  memory();
}
// Output:
//   hello
//   hello Ann
//   hello Bob
//   its holder died
//   rooms 4
//   counter 1
//   sum 0.5
//   sum 1.5
//   sum 3
//   hits 1, raw 1
//   painted 7
