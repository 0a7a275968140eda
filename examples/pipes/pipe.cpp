// Two processes talk through a Pipe; the parent learns that the child has finished by the end of the line.
// Python: left, right = multiprocessing.Pipe(); Process(target=child, args=(right,))

#include <iostream>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void child(mp::Connection<std::string> line) {
  line.send("hello from the child");
  line.send("the parent said: " + line.recv());
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  auto [left, right] = mp::Pipe();
  mp::Process process{child, right};
  process.start();
  right.close();  // the child has it now; else the end of the line would never come

  std::cout << left.recv() << std::endl;
  left.send("how are you?");
  std::cout << left.recv() << std::endl;
  try {
    left.recv();
  } catch (const mp::EOFError& error) {
    std::cout << error.what() << std::endl;
  }
}

// Output:
//   hello from the child
//   the parent said: how are you?
//   the other end of the connection was closed
