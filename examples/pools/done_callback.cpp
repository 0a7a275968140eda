// Callbacks of a future: in the order in which they were added, also after an exception or a cancel; at once if it is done already.
// They are given the future, so that they can see how it ended.
#include <cstdio>
#include <stdexcept>
#include <string>

#include <tandem/futures.hpp>
#include <tandem/multiprocessing.hpp>

using namespace tandem::futures;
namespace mp = tandem::multiprocessing;

int parse(std::string text, mp::Event go) {
  go.wait();
  return std::stoi(text);
}

void tell(const char* name, Future<int>& done) {
  if (done.cancelled()) {
    std::printf("%s was cancelled\n", name);
  } else if (done.exception() != nullptr) {
    std::printf("%s failed\n", name);
  } else {
    std::printf("%s is %d\n", name, done.result());
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Event go;
  ProcessPoolExecutor pool{1};
  auto first = pool.submit(parse, "17", go);
  auto second = pool.submit(parse, "seventeen", go);
  auto third = pool.submit(parse, "18", go);
  for (const char* name : {"first, told first,", "first, told second,"}) {
    first.add_done_callback([name](Future<int>& done) { tell(name, done); });
  }
  second.add_done_callback([](Future<int>& done) { tell("second", done); });
  third.add_done_callback([](Future<int>& done) { tell("third", done); });

  std::printf("cancel: %d\n", third.cancel());  // not begun yet, since the only worker waits
  go.set();
  pool.shutdown();
  first.add_done_callback([](Future<int>& done) { tell("first, told late,", done); });
  try {
    second.result();
  } catch (const std::invalid_argument& error) {  // as it was thrown in the worker
    std::printf("second: %s\n", error.what());
  }
}
// Output:
//   third was cancelled
//   cancel: 1
//   first, told first, is 17
//   first, told second, is 17
//   second failed
//   first, told late, is 17
//   second: stoi
