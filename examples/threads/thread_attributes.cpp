// A thread's attributes: name, daemon, ident, native_id, is_alive, before it starts, while it runs, and after it has ended.
// Python: t.name, t.setName(), t.getName(), t.is_alive(), t.daemon, t.setDaemon(), t.isDaemon(), t.ident
#include <cstdio>
#include <stdexcept>

#include <tandem/threading.hpp>

using namespace tandem::threading;

const char* yes_no(bool it) { return it ? "yes" : "no"; }

int main() {
  Event leave;
  Thread t{[&] { leave.wait(); }};
  std::printf("name: %s\n", t.name().c_str());
  t.name("loader");
  std::printf("name: %s\n", t.name().c_str());
  std::printf("daemon: %s\n", yes_no(t.daemon()));
  std::printf("alive before start: %s, has an ident: %s\n", yes_no(t.is_alive()), yes_no(t.ident() != 0));

  t.start();
  std::printf("alive after start: %s, has an ident: %s\n", yes_no(t.is_alive()), yes_no(t.ident() != 0));
  std::printf("another one than main's: %s\n", yes_no(t.ident() != get_ident() && t.native_id() != get_native_id()));
  try {
    t.daemon(true);
  } catch (const std::logic_error& error) {
    std::printf("%s\n", error.what());
  }
  try {
    t.start();
  } catch (const std::logic_error& error) {
    std::printf("%s\n", error.what());
  }

  leave.set();
  t.join();
  std::printf("alive after join: %s\n", yes_no(t.is_alive()));
}
// Output:
//   name: Thread-1
//   name: loader
//   daemon: no
//   alive before start: no, has an ident: no
//   alive after start: yes, has an ident: yes
//   another one than main's: yes
//   Thread 'loader' was started: daemon must be set before
//   Thread 'loader' was started before: a thread runs once, make a new one
//   alive after join: no
