// A callback gets what the task returns, a dictionary here, and runs in the main process; an error_callback gets what it throws.
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

using Dictionary = std::map<std::string, std::string>;

Dictionary download(std::string file, int main_pid) {
  const bool child = mp::current_process().pid() != main_pid && mp::parent_process()->pid() == main_pid;
  std::printf("%s: in %s\n", file.c_str(), child ? "a child of the main process" : "some other process");
  for (int i = 0; i < 3; ++i) std::printf("%s: part %d\n", file.c_str(), i);
  if (file == "3333") throw std::runtime_error{"no such file: " + file};
  return {{"file", file}, {"info", "complete"}};
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  const int main_pid = mp::current_process().pid();
  mp::Pool pool{3};
  for (const char* file : {"1111", "2222", "3333", "4444"}) {
    pool.apply_async(download, file, main_pid)
        .callback([main_pid](const Dictionary& message) {
          std::printf("%s: callback in the main process: %s, %s\n", message.at("file").c_str(),
                      mp::current_process().pid() == main_pid ? "yes" : "no", message.at("info").c_str());
        })
        .error_callback([file](const std::exception& error) { std::printf("%s: error_callback: %s\n", file, error.what()); });
  }
  pool.close();
  pool.join();  // when it returns, all callbacks have been called
  std::puts("the program ends");
}
// Output, in order per first word:
//   1111: in a child of the main process
//   1111: part 0
//   1111: part 1
//   1111: part 2
//   1111: callback in the main process: yes, complete
//   2222: in a child of the main process
//   2222: part 0
//   2222: part 1
//   2222: part 2
//   2222: callback in the main process: yes, complete
//   3333: in a child of the main process
//   3333: part 0
//   3333: part 1
//   3333: part 2
//   3333: error_callback: no such file: 3333
//   4444: in a child of the main process
//   4444: part 0
//   4444: part 1
//   4444: part 2
//   4444: callback in the main process: yes, complete
// Output:
//   the program ends
