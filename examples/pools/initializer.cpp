// An initializer is called once in each worker, before its first task: what takes long to make, or cannot be sent, is made there.
// Python: Pool(2, initializer, initargs)
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

std::map<std::string, std::string> dictionary;  // each process has its own; the main process's stays empty

void load(std::string language, mp::Value<int> loaded) {
  if (language == "de") dictionary = {{"house", "Haus"}, {"dog", "Hund"}, {"cat", "Katze"}};
  loaded.update([](int& n) { ++n; });
}

std::string translate(std::string word) { return dictionary.at(word); }

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Value<int> loaded{0};
  mp::Pool pool{2, load, "de", loaded};
  for (const std::string& word : pool.map(translate, std::vector<std::string>{"cat", "dog", "house"})) {
    std::printf("%s\n", word.c_str());
  }
  std::printf("loaded by each worker, and once: %s; words in the main process: %zu\n", loaded.value() <= 2 ? "yes" : "no",
              dictionary.size());
}
// Output:
//   Katze
//   Hund
//   Haus
//   loaded by each worker, and once: yes; words in the main process: 0
