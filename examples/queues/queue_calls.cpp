// Each way to put and to get: waiting, waiting for a while, not waiting; with an exception, or with an answer.
// Python: q.put(item, block, timeout), put_nowait, get(block, timeout), get_nowait, queue.Full, queue.Empty
#include <chrono>
#include <cstdio>
#include <optional>

#include <tandem/queue.hpp>

using namespace std::chrono_literals;
using tandem::queue::Empty, tandem::queue::Full, tandem::queue::Queue;

template <class Call>
void report(const char* name, Call call) {
  try {
    call();
    std::printf("%s: done\n", name);
  } catch (const Full& error) {
    std::printf("%s: %s\n", name, error.what());
  } catch (const Empty& error) {
    std::printf("%s: %s\n", name, error.what());
  }
}

int main() {
  Queue<int> q{1};
  report("put", [&] { q.put(1); });
  report("put within 20 ms", [&] { q.put(2, 20ms); });
  report("put_nowait", [&] { q.put_nowait(3); });
  std::printf("try_put: %s\n", q.try_put(4) ? "went in" : "no room");
  std::printf("full: %s, empty: %s, qsize: %zu, maxsize: %zu\n", q.full() ? "yes" : "no", q.empty() ? "yes" : "no", q.qsize(),
              q.maxsize());
  report("get", [&] { q.get(); });
  report("get within 20 ms", [&] { q.get(20ms); });
  report("get_nowait", [&] { q.get_nowait(); });
  const std::optional<int> item = q.try_get();
  std::printf("try_get: %s\n", item ? "an item" : "nothing");
}
// Output:
//   put: done
//   put within 20 ms: the queue is full
//   put_nowait: the queue is full
//   try_put: no room
//   full: yes, empty: no, qsize: 1, maxsize: 1
//   get: done
//   get within 20 ms: the queue is empty
//   get_nowait: the queue is empty
//   try_get: nothing
