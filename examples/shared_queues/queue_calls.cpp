// What a queue between processes can do: put and get, waiting, for a while, or not at all; with an exception or with an answer.
// Python: q = Queue(3); put, get, put_nowait, get_nowait, block, timeout, qsize, empty, full, close, join_thread,
// cancel_join_thread
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include <tandem/multiprocessing.hpp>
#include <tandem/queue.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

template <class Call>
void report(const char* name, Call call) {
  try {
    call();
    std::printf("%s: done\n", name);
  } catch (const tandem::queue::Full& error) {
    std::printf("%s: %s\n", name, error.what());
  } catch (const tandem::queue::Empty& error) {
    std::printf("%s: %s\n", name, error.what());
  } catch (const std::invalid_argument& error) {  // Python: ValueError
    std::printf("%s: %s\n", name, error.what());
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<int> q{3};
  q.put(3);
  q.put(2);
  q.put(1);
  report("put within 20 ms", [&] { q.put(4, 20ms); });  // q.put(4) would wait until somebody gets one: here for ever
  report("put_nowait", [&] { q.put_nowait(4); });
  std::printf("try_put: %s\n", q.try_put(4) ? "went in" : "no room");
  std::printf("full: %s, empty: %s, qsize: %zu\n", q.full() ? "yes" : "no", q.empty() ? "yes" : "no", q.qsize());

  for (int i = 0; i < 3; ++i) std::printf("%d\n", q.get());
  report("get within 20 ms", [&] { q.get(20ms); });
  report("get_nowait", [&] { q.get_nowait(); });
  const std::optional<int> item = q.try_get();
  std::printf("try_get: %s; empty: %s\n", item ? "an item" : "nothing", q.empty() ? "yes" : "no");

  mp::Queue<int> ours = q;  // the same queue
  q.cancel_join_thread();   // both do nothing: what has been put is in shared memory, and no thread is behind it
  q.join_thread();
  q.close();  // this process is done with the queue
  report("put after close", [&] { ours.put(5); });
}
// Output:
//   put within 20 ms: the queue is full
//   put_nowait: the queue is full
//   try_put: no room
//   full: yes, empty: no, qsize: 3
//   3
//   2
//   1
//   get within 20 ms: the queue is empty
//   get_nowait: the queue is empty
//   try_get: nothing; empty: yes
//   put after close: this queue was closed by its process: it can be used in others only
