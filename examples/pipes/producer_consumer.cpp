// The parent produces, a child consumes. Each gets both ends of the pipe, and closes the one that it does not use: else the
// consumer would wait for ever, as it could itself send what it waits for. Python: Process(target=consumer, args=((producing,
// consuming),))

#include <iostream>
#include <string>
#include <utility>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

using Ends = std::pair<mp::Connection<std::string>, mp::Connection<std::string>>;

void consume(Ends ends) {
  auto& [producing, consuming] = ends;
  producing.close();
  try {
    for (;;) {
      const std::string parcel = consuming.recv();
      std::cout << "got " << parcel << std::endl;
    }
  } catch (const mp::EOFError&) {
    std::cout << "nothing more will come" << std::endl;
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);  // forkserver (which is the default), spawn or fork: all print the same
  Ends ends = mp::Pipe();
  auto& [producing, consuming] = ends;
  mp::Process consumer{consume, ends};
  consumer.start();
  consuming.close();
  for (int i = 0; i < 5; ++i) producing.send("parcel " + std::to_string(i));
  producing.close();
  consumer.join();
  std::cout << "done" << std::endl;
}

// Output:
//   got parcel 0
//   got parcel 1
//   got parcel 2
//   got parcel 3
//   got parcel 4
//   nothing more will come
//   done
