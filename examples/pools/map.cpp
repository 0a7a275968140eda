// map() calls a function for each item, and gives a list of the results in the order of the items; starmap() takes the arguments
// from tuples. imap() gives the results one by one, so that the items may be endless, and imap_unordered() as they come.
#include <cstdio>
#include <numeric>
#include <ranges>
#include <string>
#include <tuple>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int square(int n) { return n * n; }
std::string price(std::string what, int count, double each) {
  return std::to_string(count) + " " + what + ": " + std::to_string(static_cast<int>(count * each));
}

int late(int number, mp::Event go) {
  if (number == 0) go.wait();
  return number;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Pool pool{3};
  for (const int n : pool.map(square, std::vector{3, 1, 2})) std::printf("map: %d\n", n);

  const auto all = pool.map_async(square, std::views::iota(0, 1000), 50);  // 50 at a time
  std::printf("map_async: %d\n", std::accumulate(all.get().begin(), all.get().end(), 0));

  const std::vector<std::tuple<std::string, int, double>> basket{{"apples", 3, 2.0}, {"plums", 10, 0.5}};
  for (const std::string& line : pool.starmap(price, basket)) std::printf("starmap: %s\n", line.c_str());

  for (const int n : pool.imap(square, std::views::iota(1))) {  // 1, 2, 3 and so on for ever; only a few are under way
    if (n > 30) break;
    std::printf("imap: %d\n", n);
  }

  // The first one cannot end before the others have: it is the last to come, and holds up nobody.
  mp::Event go;
  int came = 0;
  const auto wait_for_go = std::views::iota(0, 4) | std::views::transform([&](int n) { return std::pair{n, go}; });
  for (const int number :
       pool.imap_unordered([](std::pair<int, mp::Event> item) { return late(item.first, item.second); }, wait_for_go)) {
    if (++came == 3) go.set();
    if (came == 4) std::printf("imap_unordered: %d is the last\n", number);
  }
}
// Output:
//   map: 9
//   map: 1
//   map: 4
//   map_async: 332833500
//   starmap: 3 apples: 6
//   starmap: 10 plums: 5
//   imap: 1
//   imap: 4
//   imap: 9
//   imap: 16
//   imap: 25
//   imap_unordered: 0 is the last
