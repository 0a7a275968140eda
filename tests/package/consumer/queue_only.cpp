// A user of queue gets queue: the libraries that the programs of this project need are not in this process.

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <tandem/queue.hpp>

int main() {
  tandem::queue::Queue<std::unique_ptr<int>> jobs{1};
  std::thread producer{[&jobs] {
    for (int i = 1; i <= 100; ++i) jobs.put(std::make_unique<int>(i));
  }};
  int sum = 0;
  for (int i = 1; i <= 100; ++i) sum += *jobs.get();
  producer.join();
  if (sum != 5050) {
    std::printf("the queue brought %d, not 5050\n", sum);
    return 1;
  }

  std::ifstream maps{"/proc/self/maps"};
  int lines = 0;
  for (std::string line; std::getline(maps, line); ++lines) {
    for (const char* foreign : {"libcurl", "libgumbo", "libsqlite3", "libfmt", "libssl", "libboost"}) {
      if (line.find(foreign) != std::string::npos) {
        std::printf("a user of tandem::queue got %s\n", line.c_str());
        return 1;
      }
    }
  }
  return lines > 0 ? 0 : 1;
}
