// Waits for several connections at once, and takes what comes from whichever is ready, until all have ended.
// Python: for line in multiprocessing.connection.wait(lines)

#include <algorithm>
#include <iostream>
#include <list>
#include <utility>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void count(mp::Connection<int> out, int id) {
  for (int i = 0; i < 3; ++i) out.send(10 * id + i);
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  std::list<mp::Connection<int>> lines;
  for (int id = 1; id <= 3; ++id) {
    auto [receiver, sender] = mp::Pipe<int>(false);
    mp::Process{count, sender, id}.start();
    lines.push_back(std::move(receiver));
  }
  while (!lines.empty()) {
    const std::vector<mp::connection::Waitable> all(lines.begin(), lines.end());
    const auto ready = mp::connection::wait(all);
    std::erase_if(lines, [&](mp::Connection<int>& line) {
      if (std::find(ready.begin(), ready.end(), mp::connection::Waitable{line}) == ready.end()) return false;
      try {
        const int number = line.recv();
        std::cout << "got " << number << std::endl;
        return false;
      } catch (const mp::EOFError&) {
        std::cout << "one has ended" << std::endl;
        return true;
      }
    });
  }
}

// Output, in any order:
//   got 10
//   got 11
//   got 12
//   got 20
//   got 21
//   got 22
//   got 30
//   got 31
//   got 32
//   one has ended
//   one has ended
//   one has ended
