// Both ends of a pipe in one process: what one sends, the other receives, in both directions. An end that is closed sends nothing
// more. Python: con1, con2 = Pipe(); con1.send('abc'); con2.recv()

#include <iostream>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  auto [first, second] = mp::Pipe();
  first.send("abc");
  std::cout << second.recv() << std::endl;
  second.send("123");
  std::cout << first.recv() << std::endl;

  std::cout << std::boolalpha << second.poll() << std::endl;
  first.send("last");
  first.close();
  std::cout << second.poll() << ": " << second.recv() << std::endl;
  try {
    second.recv();
  } catch (const mp::EOFError& error) {
    std::cout << error.what() << std::endl;
  }
}

// Output:
//   abc
//   123
//   false
//   true: last
//   the other end of the connection was closed
