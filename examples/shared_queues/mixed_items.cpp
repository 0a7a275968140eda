// A queue of three places, with a number, a word and a list; it refuses a fourth, and gives nothing when it is empty.
// Python: q.put(1), q.put('abc'), q.put([4, 5, 6]), then put (blocks) or put_nowait; get three times, then get (blocks) or
// get_nowait
#include <chrono>
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include <tandem/multiprocessing.hpp>
#include <tandem/queue.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

using Item = std::variant<int, std::string, std::vector<int>>;

struct Print {
  void operator()(int number) const { std::printf("%d\n", number); }
  void operator()(const std::string& word) const { std::printf("'%s'\n", word.c_str()); }
  void operator()(const std::vector<int>& list) const { std::printf("a list of %zu\n", list.size()); }
};

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<Item> q{3};
  q.put(1);
  q.put("abc");
  q.put(std::vector{4, 5, 6});
  std::puts("123");
  try {
    q.put("one more", 50ms);  // without a deadline, it would wait here for ever
  } catch (const tandem::queue::Full&) {
    std::puts("the queue is full");
  }
  std::puts("456");

  for (int i = 0; i < 3; ++i) std::visit(Print{}, q.get());
  try {
    q.get_nowait();
  } catch (const tandem::queue::Empty&) {
    std::puts("the queue is empty");
  }
}
// Output:
//   123
//   the queue is full
//   456
//   1
//   'abc'
//   a list of 3
//   the queue is empty
