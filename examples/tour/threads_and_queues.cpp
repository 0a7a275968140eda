// A tour of threading and queue: each line as a program would write it. Python: threading, queue.
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include <tandem/tandem.hpp>

using namespace tandem::threading;
using namespace std::chrono_literals;

// clang-format off: read it line by line
struct Job { int number = 0; };

void work(int n, const char* word) { std::printf("work %d %s in %s\n", n, word, current_thread().name().c_str()); }
void step() {}
void run(const Job& job) { std::printf("job %d\n", job.number); }

class Loader : public Thread {
 public:
  explicit Loader(std::string file) : file_{std::move(file)} {}
  void run() override { std::printf("loads %s\n", file_.c_str()); }

 private:
  std::string file_;
};

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  int n = 1;
  Lock lock{"accounts"};
  { std::scoped_lock hold{lock}; }
  if (lock.acquire(100ms)) lock.release();

  Condition ready;
  { std::scoped_lock hold{ready}; ready.wait_for([&] { return n > 0; }, 2s); }

  Thread t{work, 1, "two"};  t.name("loader");  t.start();  t.join();
  Thread u = Thread::started([](std::stop_token stop) { while (!stop.stop_requested()) step(); });
  Event said;
  Timer{10ms, [&] { std::puts("hello"); said.set(); }}.start();
  said.wait();
  auto loader = make<Loader>("urls.txt");
  loader.start();
  loader.join();

  tandem::queue::Queue<Job> jobs{100};
  Job job{7};
  jobs.put(job);  jobs.put(job, 50ms);  jobs.put_nowait(job);
  Job j = jobs.get();  std::optional<Job> k = jobs.try_get();
  std::printf("got %d %d\n", j.number, k->number);
  jobs.task_done();
  jobs.task_done();
  jobs.shutdown();
  for (Job& each : jobs) { run(each); jobs.task_done(); }
  jobs.join();
  std::puts("all done");
}
// Output:
//   work 1 two in loader
//   hello
//   loads urls.txt
//   got 7 7
//   job 7
//   all done
