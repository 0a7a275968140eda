// A listener and a client, which could be programs on two machines. Both must have the same key.
// Python: Listener(('localhost', 0), authkey=b'...'), Client(listener.address, authkey=b'...')

#include <iostream>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void client(const std::string& address, const std::string& key) {
  try {
    auto line = mp::connection::Client(mp::connection::Address{address}, {.authkey = key});
    line.send("hello");
    std::cout << "client: " << line.recv() << std::endl;
  } catch (const mp::AuthenticationError&) {
    std::cout << "client: not let in" << std::endl;
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::connection::Listener listener{mp::connection::Address{"127.0.0.1:0"}, {.authkey = "secret"}};
  {
    mp::Process stranger{client, listener.address().text(), std::string{"guess"}};
    stranger.start();
    try {
      listener.accept();
    } catch (const mp::AuthenticationError&) {
      std::cout << "listener: somebody without the key" << std::endl;
    }
  }
  mp::Process friendly{client, listener.address().text(), std::string{"secret"}};
  friendly.start();
  auto line = listener.accept();
  std::cout << "listener: " << line.recv() << std::endl;
  line.send("welcome");
}

// Output, in order per first word:
//   listener: somebody without the key
//   listener: hello
//   client: not let in
//   client: welcome
