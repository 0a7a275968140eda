// A pipe that goes one way: the first end receives, the second sends. A producer hands out numbers until it closes its end.
// Python: receiver, sender = Pipe(duplex=False)

#include <iostream>
#include <stdexcept>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  auto [receiver, sender] = mp::Pipe<int>(false);
  mp::Process producer{[](mp::Connection<int> out) {
                         for (int i = 0; i < 4; ++i) out.send(i);
                       },
                       sender};
  producer.start();
  sender.close();
  try {
    receiver.send(1);
  } catch (const std::logic_error& error) {
    std::cout << error.what() << std::endl;
  }
  try {
    for (;;) {
      const int number = receiver.recv();
      std::cout << "got " << number << std::endl;
    }
  } catch (const mp::EOFError&) {
    std::cout << "no more" << std::endl;
  }
}

// Output:
//   this end of the pipe is for receiving only
//   got 0
//   got 1
//   got 2
//   got 3
//   no more
