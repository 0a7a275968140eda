// ThreadPool has the members of Pool, and threads as workers: they see this program's variables, so lambdas may refer to them.
// Python: multiprocessing.pool.ThreadPool
#include <atomic>
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int main() {  // no tandem::init(): there are no processes
  const std::vector<std::string> words{"threads", "share", "memory"};
  std::atomic<std::size_t> letters{0};
  mp::ThreadPool pool{3};
  const auto lengths = pool.map(
      [&letters](const std::string& word) {
        letters += word.size();
        return word.size();
      },
      words);
  for (const std::size_t length : lengths) std::printf("%zu\n", length);
  std::printf("together: %zu\n", letters.load());

  std::string told;
  pool.apply_async([&words] { return words.front(); }).callback([&told](const std::string& word) { told = word; });
  pool.close();
  pool.join();
  std::printf("callback: %s\n", told.c_str());
}
// Output:
//   7
//   5
//   6
//   together: 18
//   callback: threads
