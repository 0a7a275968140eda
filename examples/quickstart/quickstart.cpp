#include <cstdio>
#include <string>
#include <vector>

#include <tandem/tandem.hpp>

std::size_t letters(std::string word) { return word.size(); }

int main() {
  tandem::futures::ThreadPoolExecutor workers{4};
  std::vector<std::string> words{"one", "two", "three", "four"};

  auto first = workers.submit(letters, words.front());
  first.add_done_callback([](auto& done) { std::printf("first: %zu\n", done.result()); });

  std::size_t total = 0;
  for (std::size_t n : workers.map(letters, words)) total += n;
  std::printf("total: %zu\n", total);
}
