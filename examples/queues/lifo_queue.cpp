// A stack between threads: what was put last is gotten first.
// Python: q = queue.LifoQueue(); q.put(...); q.get()
#include <cstdio>
#include <string>

#include <tandem/queue.hpp>
#include <tandem/threading.hpp>

int main() {
  tandem::queue::LifoQueue<std::string> stack;
  tandem::threading::Thread pusher{[&] {
    for (const char* plate : {"red", "green", "blue"}) stack.put(plate);
  }};
  pusher.start();
  pusher.join();
  while (!stack.empty()) std::printf("%s\n", stack.get().c_str());
}
// Output:
//   blue
//   green
//   red
