// A queue that gives the smallest item first, of equal ones the one that was put first. So urgent work overtakes.
// Python: q = queue.PriorityQueue(); q.put((2, "code")). There, items need a `<` of their own; here it may be passed along.
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

#include <tandem/queue.hpp>

using tandem::queue::PriorityQueue;

struct Job {
  int urgency;
  std::string name;
};
struct MoreUrgent {
  bool operator()(const Job& a, const Job& b) const { return a.urgency > b.urgency; }
};

int main() {
  PriorityQueue<std::pair<int, std::string>> q;
  q.put({2, "code"});
  q.put({1, "eat"});
  q.put({3, "sleep"});
  while (!q.empty()) {
    const auto [priority, name] = q.get();
    std::printf("%d %s\n", priority, name.c_str());
  }

  PriorityQueue<Job, MoreUrgent> jobs;  // the most urgent first, in the order of putting
  for (const char* name : {"letter", "parcel"}) jobs.put({1, name});
  for (const char* name : {"fire", "flood"}) jobs.put({9, name});
  while (!jobs.empty()) std::printf("%s\n", jobs.get().name.c_str());

  PriorityQueue<int, std::greater<int>> largest;
  for (int n : {3, 9, 5}) largest.put(n);
  std::printf("the largest: %d\n", largest.get());
}
// Output:
//   1 eat
//   2 code
//   3 sleep
//   fire
//   flood
//   letter
//   parcel
//   the largest: 9
