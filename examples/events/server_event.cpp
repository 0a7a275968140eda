// Three clients sleep until the server is up, and are woken at once when it is; compare flag_polling.cpp.
// Python: event.wait(); event.wait(timeout=1), which goes on after a second at the latest
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include <tandem/threading.hpp>

using namespace std::chrono_literals;
using namespace tandem::threading;

Event server_is_up;

void server() {
  std::printf("%s: checks whether the server is up\n", current_thread().name().c_str());
  std::this_thread::sleep_for(60ms);
  server_is_up.set();
}

void client() {
  const std::string name = current_thread().name();
  std::printf("%s: tries to connect\n", name.c_str());
  server_is_up.wait();
  const bool still_up = server_is_up.wait(1s);  // it is set, so this does not wait
  std::printf("%s: %s\n", name.c_str(), still_up ? "connected" : "not connected");
}

int main() {
  Thread t1{client}, t2{client}, t3{client};
  Thread t{server};
  t.start();
  t1.start();
  t2.start();
  t3.start();
}
// Output, in order per first word:
//   Thread-1: tries to connect
//   Thread-1: connected
//   Thread-2: tries to connect
//   Thread-2: connected
//   Thread-3: tries to connect
//   Thread-3: connected
//   Thread-4: checks whether the server is up
