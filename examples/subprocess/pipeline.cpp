// `ls | sort -r`, without a shell: the output of one program is the input of the other.

#include <iostream>

#include <tandem/subprocess.hpp>

using tandem::subprocess::PIPE;
using tandem::subprocess::Popen;

int main() {
  Popen ls{{"ls", "/usr"}, {.stdout = PIPE}};
  Popen sort{{"sort", "-r"}, {.stdin = ls.stdout().fileno(), .stdout = PIPE}};
  // Ours is not needed any more: should sort end before it has read all, nobody else is there to read, and ls learns of it.
  ls.stdout().close();
  for (const std::string& name : sort.stdout()) {
    if (name == "bin" || name == "lib" || name == "share") std::cout << name << "\n";
  }
  std::cout << "ls: " << ls.wait() << ", sort: " << sort.wait() << "\n";
}

// Output:
//   share
//   lib
//   bin
//   ls: 0, sort: 0
