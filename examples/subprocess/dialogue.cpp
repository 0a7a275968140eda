// A program is asked, and answers, line by line; the rest at once.

#include <iostream>

#include <tandem/subprocess.hpp>

using namespace std::chrono_literals;
using tandem::subprocess::PIPE;
using tandem::subprocess::Popen;

int main() {
  Popen squares{"while read -r n; do echo $((n * n)); done; echo bye >&2",
                {.stdin = PIPE, .stdout = PIPE, .stderr = PIPE, .shell = true}};
  for (int n = 1; n <= 4; ++n) {
    squares.stdin().write(std::to_string(n) + "\n");
    std::cout << n << " squared is " << squares.stdout().readline(10s);
  }

  const auto [numbers, farewell] = squares.communicate("11\n12\n");
  std::cout << "and then " << numbers << "it said " << farewell << "exit code " << *squares.returncode() << "\n";
}

// Output:
//   1 squared is 1
//   2 squared is 4
//   3 squared is 9
//   4 squared is 16
//   and then 121
//   144
//   it said bye
//   exit code 0
