// A queue with room for ten: what is put first is gotten first.
// Python: q = queue.Queue(maxsize=10); ten put(), two get(), q.full(), q.qsize(), q.put("haha"), then get() until q.empty().
// Then the same with ten get(), after which only "haha" is there.
#include <cstdio>
#include <string>

#include <tandem/queue.hpp>

void program(int gets) {
  tandem::queue::Queue<std::string> q{10};
  for (int i = 0; i < 10; ++i) q.put(std::to_string(i));
  for (int i = 0; i < gets; ++i) q.get();
  std::printf("full: %s\n", q.full() ? "yes" : "no");
  std::printf("the size is: %zu\n", q.qsize());
  q.put("haha");
  while (!q.empty()) std::printf("%s\n", q.get().c_str());
}

int main() {
  program(2);
  program(10);
}
// Output:
//   full: no
//   the size is: 8
//   2
//   3
//   4
//   5
//   6
//   7
//   8
//   9
//   haha
//   full: no
//   the size is: 0
//   haha
